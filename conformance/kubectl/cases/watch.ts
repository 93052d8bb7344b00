/** kubectl get --watch. */
import type { Case } from '../case.ts';
import { configMap } from '../manifests.ts';

const change = (name: string, color: string) => ({
  run: `patch configmap ${name} --type=merge -p '{"data":{"color":"${color}"}}'`,
});

export const watch: readonly Case[] = [
  {
    name: 'get -w prints the objects that are there, then every change',
    given: [configMap('one', { color: 'red' }, { labels: { set: 'w' } })],
    steps: [
      {
        watch: 'get configmaps -l set=w -w -o jsonpath={.metadata.name}:{.data.color}{"\\n"}',
        first: 1,
        during: [
          change('one', 'blue'),
          { run: 'create -f -', stdin: configMap('two', { color: 'x' }, { labels: { set: 'w' } }) },
        ],
        lines: 3,
        prints: 'one:red\none:blue\ntwo:x',
      },
    ],
  },
  {
    name: 'get -w prints table rows under one header',
    given: [configMap('one', {}, { labels: { set: 'w' } })],
    steps: [
      {
        watch: 'get configmaps -l set=w -w',
        first: 2,
        during: [change('one', 'blue')],
        lines: 3,
        prints: /^NAME +DATA +AGE\none +0 +\d+s\none +1 +\d+s$/,
      },
    ],
  },
  {
    name: 'get -w --output-watch-events names each event',
    given: [configMap('one', {}, { labels: { set: 'w' } })],
    steps: [
      {
        watch: 'get configmaps -l set=w -w --output-watch-events',
        first: 2,
        during: [change('one', 'blue'), { run: 'delete configmap one' }],
        lines: 4,
        prints: /^EVENT +NAME +DATA +AGE\nADDED +one .*\nMODIFIED +one .*\nDELETED +one .*$/,
      },
    ],
  },
  {
    name: 'an object that leaves the selector is DELETED for the watch, one that enters is ADDED',
    given: [
      configMap('stays', {}, { labels: { set: 'w' } }),
      configMap('leaves', {}, { labels: { set: 'w' } }),
      configMap('enters'),
    ],
    steps: [
      {
        watch: 'get configmaps -l set=w -w --output-watch-events --no-headers',
        first: 2,
        during: [{ run: 'label configmap leaves set-' }, { run: 'label configmap enters set=w' }],
        lines: 4,
        prints: [/^ADDED +stays /m, /^DELETED +leaves .*\nADDED +enters /m],
      },
    ],
  },
  {
    name: 'get NAME -w watches one object',
    given: [configMap('one', { color: 'red' }), configMap('two')],
    steps: [
      {
        watch: 'get configmap one -w -o custom-columns=C:.data.color --no-headers',
        first: 1,
        during: [change('two', 'green'), change('one', 'blue')],
        lines: 2,
        prints: 'red\nblue',
      },
    ],
  },
  {
    name: 'get -w -o json prints one object after the other',
    given: [configMap('one', { color: 'red' })],
    steps: [
      {
        watch: 'get configmap one -w -o json',
        first: 1,
        during: [change('one', 'blue')],
        lines: 26,
        prints: [/"color": "red"/, /"color": "blue"/],
      },
    ],
  },
];
