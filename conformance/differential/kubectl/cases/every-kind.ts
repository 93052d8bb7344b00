/** kubectl on every object of the corpus, printed and applied, and explain of every kind. */
import { resources } from '../../../corpus/resources.ts';
import type { Case } from '../../../kubectl/case.ts';
import { type CorpusObject, corpusObjects } from '../../../kubectl/manifests.ts';

export const everyKind: readonly Case[] = [
  ...corpusObjects.map(printed),
  ...resources.map(({ apiVersion, kind, resource }) => ({
    name: `explain ${apiVersion} ${kind}`,
    steps: [{ run: `explain ${resource} --api-version=${apiVersion} --recursive` }],
  })),
  {
    name: 'what the server serves',
    steps: [
      { run: 'api-resources --sort-by=name' },
      { run: 'api-resources -o wide --sort-by=kind' },
      { run: 'api-resources --namespaced=false -o name' },
      { run: 'api-versions' },
      { run: 'cluster-info' },
      { run: 'get all' },
      { run: 'top nodes' },
      { run: 'top pods' },
      { run: 'get nonsense' },
      { run: 'get componentstatuses' },
    ],
  },
];

function printed({ name, reference, manifest }: CorpusObject): Case {
  return {
    name: `prints ${name}`,
    afterwards: [`delete ${reference} --wait=false --ignore-not-found`],
    steps: [
      { run: 'create -f -', stdin: manifest },
      { run: `describe ${reference}` },
      { run: `get ${reference} -o wide --show-labels` },
      { run: `get ${reference} -o yaml` },
      { run: 'diff -f -', stdin: manifest },
      { run: 'apply -f -', stdin: manifest },
    ],
  };
}
