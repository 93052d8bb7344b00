/** kubectl apply (client-side) and diff. */
import type { Case } from '../case.ts';
import { configMap, deployment, pod, service } from '../manifests.ts';

export const apply: readonly Case[] = [
  {
    name: 'apply says created, then unchanged, then configured',
    steps: [
      { run: 'apply -f -', stdin: configMap('settings', { color: 'red' }), prints: 'configmap/settings created' },
      { run: 'apply -f -', stdin: configMap('settings', { color: 'red' }), prints: 'configmap/settings unchanged' },
      { run: 'apply -f -', stdin: configMap('settings', { color: 'blue' }), prints: 'configmap/settings configured' },
      { run: 'get configmap settings -o jsonpath={.data.color}', prints: 'blue' },
    ],
  },
  {
    name: 'apply of objects with many defaults is unchanged the second time',
    steps: [
      { run: 'apply -f -', stdin: [deployment('web'), pod('one'), service('web')] },
      {
        run: 'apply -f -',
        stdin: [deployment('web'), pod('one'), service('web')],
        prints: 'deployment.apps/web unchanged\npod/one unchanged\nservice/web unchanged',
      },
    ],
  },
  {
    name: 'apply removes what the manifest had before and keeps what others have added',
    steps: [
      { run: 'apply -f -', stdin: configMap('settings', { color: 'red', size: 'xl' }) },
      { run: `patch configmap settings --type=merge -p '{"data":{"added":"yes"}}'` },
      { run: 'apply -f -', stdin: configMap('settings', { color: 'red' }), prints: 'configmap/settings configured' },
      { run: 'get configmap settings -o go-template={{.data}}', prints: 'map[added:yes color:red]' },
    ],
  },
  {
    name: 'apply merges containers by name',
    steps: [
      { run: 'apply -f -', stdin: deployment('web') },
      {
        run: `patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}'`,
      },
      {
        run: 'apply -f -',
        stdin: deployment('web', {
          template: {
            metadata: { labels: { app: 'web' } },
            spec: { containers: [{ name: 'main', image: 'registry.example.com/web:2' }] },
          },
        }),
        prints: 'deployment.apps/web configured',
      },
      {
        run: 'get deployment web -o jsonpath={.spec.template.spec.containers[*].image}',
        prints: /^(side:1 registry\.example\.com\/web:2|registry\.example\.com\/web:2 side:1)$/,
      },
    ],
  },
  {
    name: 'apply to an object made by create warns and adds the annotation',
    given: [configMap('settings', { color: 'red' })],
    steps: [
      {
        run: 'apply -f -',
        stdin: configMap('settings', { color: 'blue' }),
        prints: 'configmap/settings configured',
        complains: /Warning: resource configmaps\/settings is missing the .*last-applied-configuration annotation/,
      },
      { run: 'apply view-last-applied configmap/settings -o json', shows: { data: { color: 'blue' } } },
    ],
  },
  {
    name: 'apply --dry-run=server shows the merged object and stores nothing',
    given: [configMap('settings', { color: 'red' })],
    steps: [
      {
        run: 'apply -f - --dry-run=server -o json',
        stdin: configMap('settings', { size: 'xl' }),
        shows: { data: { color: 'red', size: 'xl' } },
      },
      { run: 'get configmap settings -o jsonpath={.data}', prints: '{"color":"red"}' },
    ],
  },
  {
    name: 'apply of a change to an immutable field is Invalid',
    steps: [
      { run: 'apply -f -', stdin: { ...configMap('settings', { color: 'red' }), immutable: true } },
      {
        run: 'apply -f -',
        stdin: { ...configMap('settings', { color: 'blue' }), immutable: true },
        exits: 1,
        complains: /ConfigMap "settings" is invalid: data: Forbidden: field is immutable when `immutable` is set/,
      },
    ],
  },
  {
    name: "apply of a change to a pod's containers is Invalid, but the image may change",
    steps: [
      { run: 'apply -f -', stdin: pod('web') },
      { run: 'apply -f -', stdin: pod('web', {}, { containers: [{ name: 'main', image: 'web:2' }] }) },
      {
        run: 'apply -f -',
        stdin: pod('web', {}, { containers: [{ name: 'main', image: 'web:2', command: ['sh'] }] }),
        exits: 1,
        complains: /The Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than/,
      },
    ],
  },
  {
    name: 'apply --prune deletes what the manifests no longer name',
    steps: [
      {
        run: 'apply -f -',
        stdin: [configMap('keep', {}, { labels: { set: 'a' } }), configMap('drop', {}, { labels: { set: 'a' } })],
      },
      {
        run: 'apply -f - --prune -l set=a --prune-allowlist=core/v1/ConfigMap',
        stdin: configMap('keep', {}, { labels: { set: 'a' } }),
        prints: [/^configmap\/keep (unchanged|configured)$/m, /^configmap\/drop pruned$/m],
      },
      { run: 'get configmap -l set=a -o name', prints: 'configmap/keep' },
    ],
  },
  {
    name: 'apply set-last-applied and edit-last-applied change the annotation alone',
    given: [configMap('settings', { color: 'red' })],
    steps: [
      {
        run: 'apply set-last-applied -f - --create-annotation',
        stdin:
          '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"{ns}"},"data":{"color":"red"}}',
      },
      {
        run: 'apply edit-last-applied configmap/settings',
        editor: 'sed -i s/red/green/',
        prints: 'configmap/settings edited',
      },
      { run: 'apply view-last-applied configmap/settings -o json', shows: { data: { color: 'green' } } },
      { run: 'get configmap settings -o jsonpath={.data.color}', prints: 'red' },
    ],
  },
  {
    name: 'diff exits with 0 when nothing would change',
    steps: [
      { run: 'apply -f -', stdin: deployment('web') },
      { run: 'diff -f -', stdin: deployment('web'), prints: '' },
    ],
  },
  {
    name: 'diff exits with 1, shows what would change, and changes nothing',
    steps: [
      { run: 'apply -f -', stdin: configMap('settings', { color: 'red' }) },
      {
        run: 'diff -f -',
        stdin: configMap('settings', { color: 'blue' }),
        exits: 1,
        prints: [/^- {2}color: red$/m, /^\+ {2}color: blue$/m],
      },
      { run: 'get configmap settings -o jsonpath={.data.color}', prints: 'red' },
    ],
  },
  {
    name: 'diff of an object that does not exist shows all of it',
    steps: [
      { run: 'diff -f -', stdin: configMap('settings', { color: 'red' }), exits: 1, prints: /^\+ {2}color: red$/m },
    ],
  },
];
