/** Objects of kinds with several versions, read and written through the others than the one they were created in. */
import { type Manifest, readCorpus } from '../../corpus/corpus.ts';
import { readOffByDefault } from '../../corpus/off-by-default.ts';
import { collectionPath, type Resource } from '../../corpus/resources.ts';
import { type Case, get, type JsonObject, patch, post, put, remove, type Step, TABLE } from '../case.ts';

const manifests = [...readCorpus(), ...readOffByDefault()];

export const versionCases: readonly Case[] = manifests.flatMap((manifest) => {
  const others = otherVersionsOf(manifest.resource);
  return others.length === 0 ? [] : [{ name: `versions: ${manifest.name}`, steps: stepsThrough(manifest, others) }];
});

function otherVersionsOf(resource: Resource): Resource[] {
  const versions = new Map(
    manifests
      .filter((other) => storedAs(other.resource) === storedAs(resource))
      .map((other) => [other.resource.apiVersion, other.resource]),
  );
  versions.delete(resource.apiVersion);
  return [...versions.values()];
}

/** Events of both groups are the same objects. */
function storedAs({ apiVersion, resource }: Resource): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return resource === 'events' ? resource : `${group}/${resource}`;
}

function stepsThrough({ resource, object }: Manifest, others: readonly Resource[]): Step[] {
  const text = JSON.stringify(object).replaceAll('"namespace":"default"', '"namespace":"{ns}"');
  const name = object.metadata?.name ?? '';
  const path = `${collectionPath(resource)}/${name}`;
  return [
    post('create', collectionPath(resource), JSON.parse(text) as JsonObject),
    ...others.flatMap((other) => stepsIn(other, name)),
    get('get', path),
    put('update', path, (seen) => seen.body('get')),
    remove('delete', path),
  ];
}

function stepsIn(other: Resource, name: string): Step[] {
  const { apiVersion } = other;
  const path = `${collectionPath(other)}/${name}`;
  const only = `${collectionPath(other)}?fieldSelector=metadata.name%3D${name}`;
  return [
    get(`get in ${apiVersion}`, path),
    get(`list in ${apiVersion}`, only),
    get(`list in ${apiVersion} as table`, only, { accept: TABLE }),
    put(`update in ${apiVersion} without change`, path, (seen) => seen.body(`get in ${apiVersion}`)),
    patch('merge', `merge patch in ${apiVersion}`, path, { metadata: { labels: { 'differential/version': 'other' } } }),
    patch('json', `JSON patch in ${apiVersion}`, path, [{ op: 'remove', path: '/metadata/labels' }]),
  ];
}
