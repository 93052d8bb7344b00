/** Label and field selectors. */
import type { Case } from '../case.ts';
import { configMap, pod, secret } from '../manifests.ts';

const labelled = [
  configMap('a', {}, { labels: { app: 'shop', tier: 'front' } }),
  configMap('b', {}, { labels: { app: 'shop', tier: 'back' } }),
  configMap('c', {}, { labels: { app: 'blog' } }),
];

const select = (selector: string, ...names: string[]) => ({
  run: `get configmaps -l '${selector}' -o name`,
  prints: names.map((name) => `configmap/${name}`).join('\n'),
});

export const selectors: readonly Case[] = [
  {
    name: '-l selects by equality, sets and existence',
    given: labelled,
    steps: [
      select('app=shop', 'a', 'b'),
      select('app==shop,tier=back', 'b'),
      select('app,tier!=front', 'b', 'c'),
      select('app in (blog, none)', 'c'),
      select('app,app notin (blog)', 'a', 'b'),
      select('tier', 'a', 'b'),
      select('app,!tier', 'c'),
      select('app=none'),
    ],
  },
  {
    name: 'a selector that cannot be parsed is refused',
    steps: [
      { run: `get configmaps -l 'app in shop'`, exits: 1, complains: /unable to parse requirement|couldn't parse/ },
    ],
  },
  {
    name: '--field-selector selects by name and namespace',
    given: labelled,
    steps: [
      { run: 'get configmaps --field-selector metadata.name=b -o name', prints: 'configmap/b' },
      { run: 'get configmaps -l app --field-selector metadata.name!=b -o name', prints: 'configmap/a\nconfigmap/c' },
      {
        run: 'get configmaps -A --field-selector metadata.namespace={ns},metadata.name=a -o name',
        prints: 'configmap/a',
      },
    ],
  },
  {
    name: "--field-selector knows a pod's own fields",
    given: [pod('bound', {}, { nodeName: 'node-{ns}' }), pod('unbound')],
    steps: [
      { run: 'get pods --field-selector spec.nodeName=node-{ns} -o name', prints: 'pod/bound' },
      { run: 'get pods --field-selector spec.nodeName= -o name', prints: 'pod/unbound' },
      {
        run: 'get pods --field-selector status.phase=Pending,spec.schedulerName=nobody -o name',
        prints: 'pod/bound\npod/unbound',
      },
      { run: 'get pods --field-selector status.phase!=Pending -o name', prints: '' },
    ],
  },
  {
    name: '--field-selector knows the type of secrets',
    given: [secret('plain'), secret('login', { username: 'ann' }, { type: 'kubernetes.io/basic-auth' })],
    steps: [{ run: 'get secrets --field-selector type=kubernetes.io/basic-auth -o name', prints: 'secret/login' }],
  },
  {
    name: 'a field that cannot be selected by is refused',
    steps: [
      {
        run: 'get configmaps --field-selector data.color=red',
        exits: 1,
        complains:
          /Error from server \(BadRequest\): .*field label not supported: data\.color|"data\.color" is not a known field selector/,
      },
    ],
  },
];
