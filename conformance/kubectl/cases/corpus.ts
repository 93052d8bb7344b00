/** Every object of the corpus through the life that kubectl gives it. */
import type { Case, Fields, Manifest } from '../case.ts';
import { type CorpusObject, corpusObjects } from '../manifests.ts';

/** What the server adds on creation may not be taken away again. */
const NOT_REPLACEABLE = new Set(['Pod', 'Job', 'ResourceClaim']);

/** kubectl 1.30 to 1.33 ask for a version of it that is no longer served by default. */
const NOT_DESCRIBED = new Set(['VolumeAttributesClass']);

export const corpus: readonly Case[] = corpusObjects.map(lifeOf);

function lifeOf({ name, reference, manifest }: CorpusObject): Case {
  return {
    name: `corpus ${name}: created, shown, applied, described, replaced and deleted`,
    given: serviceAccountOf(manifest),
    afterwards: [`delete ${reference} --wait=false --ignore-not-found`],
    steps: [
      { run: 'create -f -', stdin: manifest, prints: `${reference} created` },
      { run: 'get -f - -o wide', stdin: manifest, prints: /^NAME|^LAST SEEN/ },
      { run: 'apply -f -', stdin: manifest, prints: `${reference} configured` },
      ...(NOT_DESCRIBED.has(manifest.kind) ? [] : [{ run: 'describe -f -', stdin: manifest, prints: /^Name: / }]),
      ...(NOT_REPLACEABLE.has(manifest.kind)
        ? []
        : [{ run: 'replace -f -', stdin: manifest, prints: `${reference} replaced` }]),
      { run: `delete ${reference} --wait=false --cascade=background`, prints: /deleted/ },
    ],
  };
}

/** A pod is refused without its service account. */
function serviceAccountOf({ kind, spec }: Manifest): Manifest[] | undefined {
  const name = kind === 'Pod' ? (spec as Fields).serviceAccountName : undefined;
  if (name === undefined) return undefined;
  return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }];
}
