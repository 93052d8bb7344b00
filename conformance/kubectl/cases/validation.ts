/** kubectl --validate: how the server takes fields it does not know. */
import type { Case, Manifest } from '../case.ts';
import { configMap } from '../manifests.ts';

const misspelt: Manifest = { ...configMap('settings'), dta: { color: 'red' } };

export const validation: readonly Case[] = [
  {
    name: '--validate=strict refuses unknown fields',
    steps: [
      {
        run: 'create -f - --validate=strict',
        stdin: misspelt,
        exits: 1,
        complains:
          /\(BadRequest\): .*ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"/,
      },
      { run: 'get configmap settings', exits: 1 },
    ],
  },
  {
    name: '--validate=true is strict, also for nested fields and for apply',
    steps: [
      {
        run: 'apply -f -',
        stdin: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'web' },
          spec: { containers: [{ name: 'main', image: 'web:1', port: 80 }], nodname: 'x' },
        },
        exits: 1,
        complains: [
          /strict decoding error: unknown field "spec\.containers\[0\]\.port", unknown field "spec\.nodname"/,
        ],
      },
    ],
  },
  {
    name: '--validate=warn warns of unknown fields and drops them',
    steps: [
      {
        run: 'create -f - --validate=warn',
        stdin: misspelt,
        prints: 'configmap/settings created',
        complains: /^Warning: unknown field "dta"$/m,
      },
      { run: 'get configmap settings -o jsonpath={.dta}', prints: '' },
    ],
  },
  {
    name: '--validate=ignore drops unknown fields silently',
    steps: [
      { run: 'create -f - --validate=ignore', stdin: misspelt, prints: 'configmap/settings created', complains: '' },
    ],
  },
  {
    name: 'a value of the wrong type is refused whatever --validate says',
    steps: [
      {
        run: 'create -f - --validate=ignore',
        stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { count: 1 } },
        exits: 1,
        complains:
          /\(BadRequest\): .*ConfigMap in version "v1" cannot be handled as a ConfigMap: .*cannot unmarshal number/,
      },
    ],
  },
  {
    name: 'a kind that does not exist is no match',
    steps: [
      {
        run: 'create -f -',
        stdin: { apiVersion: 'v1', kind: 'Nonsense', metadata: { name: 'x' } },
        exits: 1,
        complains: /no matches for kind "Nonsense" in version "v1"/,
      },
    ],
  },
];
