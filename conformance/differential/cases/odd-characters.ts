/**
 * Every text of the manifests replaced by one of characters that Go quotes in two ways: as JSON where the value's type has a name
 * of its own, else as Go text. Creations, and changes of what the manifest has created; all of them dry runs.
 */
import { type Manifest, readCorpus } from '../../corpus/corpus.ts';
import { collectionPath } from '../../corpus/resources.ts';
import { type Case, post, put, type Seen, type Step } from '../case.ts';
import { inNamespace, pathsOf, valueAt, withValue } from './mutations.ts';

const ODD = '<\u007f>';
const CREATE = 'create';

export const oddCharacterCases: readonly Case[] = readCorpus()
  .filter(({ resource }) => resource.kind !== 'Binding')
  .map((manifest) => ({ name: `odd characters: ${manifest.name}`, ...stepsOf(manifest) }));

function stepsOf({ resource, object }: Manifest): Pick<Case, 'steps' | 'independent'> {
  const whole = inNamespace(object);
  const collection = collectionPath(resource);
  const paths = [...pathsOf(whole, [])].filter((path) => typeof valueAt(whole, path) === 'string');
  const creations = paths.map((path): Step => {
    return post(`create with ${path.join('.')}`, `${collection}?dryRun=All`, withValue(whole, path, ODD));
  });
  if (resource.createOnly) return { steps: [], independent: creations };
  const path = `${collection}/${object.metadata?.name}?dryRun=All`;
  const updates = paths
    .filter(([first]) => first !== 'kind' && first !== 'apiVersion')
    .map((changed): Step => {
      const body = (seen: Seen) => withValue({ ...whole, ...seen.body(CREATE) }, changed, ODD);
      return put(`change ${changed.join('.')}`, path, body);
    });
  return { steps: [post(CREATE, collection, whole)], independent: [...creations, ...updates] };
}
