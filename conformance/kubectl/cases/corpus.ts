/** Every object of the corpus through the life that kubectl gives it. */
import type { Case } from '../case.ts';
import { corpusObjects } from '../manifests.ts';

export const corpus: readonly Case[] = corpusObjects.map(({ name, reference, manifest }) => ({
  name: `corpus ${name}: created, shown, applied, described, replaced and deleted`,
  afterwards: [`delete ${reference} --wait=false --ignore-not-found`],
  steps: [
    { run: 'create -f -', stdin: manifest, prints: `${reference} created` },
    { run: 'get -f - -o wide', stdin: manifest, prints: /^NAME|^LAST SEEN/ },
    { run: 'get -f - -o yaml', stdin: manifest, shows: { items: [{ apiVersion: manifest.apiVersion, kind: manifest.kind }] } },
    { run: 'apply -f - --warnings-as-errors=false', stdin: manifest, prints: `${reference} configured` },
    { run: 'apply -f -', stdin: manifest, prints: `${reference} unchanged` },
    { run: 'describe -f -', stdin: manifest, prints: /^Name: / },
    { run: `label ${reference} conformance=yes`, prints: `${reference} labeled` },
    { run: 'replace -f -', stdin: manifest, prints: `${reference} replaced` },
    { run: `delete ${reference} --wait=false --cascade=background`, prints: /deleted/ },
  ],
}));
