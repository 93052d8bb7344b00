/** apply from client and server, with kustomizations, pruning and apply sets; diff. */
import type { Case } from '../../../kubectl/case.ts';
import { configMap, deployment, service } from '../../../kubectl/manifests.ts';
import { compared } from './compared.ts';

const red = configMap('settings', { color: 'red', size: 'xl' });
const blue = configMap('settings', { color: 'blue' });
const labelled = (name: string) => configMap(name, {}, { labels: { app: 'shop' } });
const web = deployment('web');
const scaled = deployment('web', { replicas: 3 });

const kustomization = {
  'kustomization.yaml': [
    'namePrefix: shop-',
    'labels: [{pairs: {team: till}, includeSelectors: true}]',
    'commonAnnotations: {note: hello}',
    'resources: [deployment.yaml, service.yaml]',
    'configMapGenerator: [{name: settings, literals: [color=red], files: [app.properties]}]',
    'secretGenerator: [{name: credentials, literals: [user=ann]}]',
    'images: [{name: registry.example.com/web, newTag: "7"}]',
    'replicas: [{name: web, count: 2}]',
    'patches: [{target: {kind: Service}, patch: "[{op: add, path: /spec/type, value: NodePort}]"}]',
  ].join('\n'),
  'deployment.yaml': JSON.stringify(web),
  'service.yaml': JSON.stringify(service('web')),
  'app.properties': 'a=b\n',
};

export const applying: readonly Case[] = [
  compared({
    name: 'apply from the client',
    lines: [
      { run: 'apply -f - --dry-run=server -o yaml', stdin: red },
      { run: 'apply -f - --dry-run=client', stdin: red },
      { run: 'apply -f - -o yaml', stdin: red },
      { run: 'apply -f -', stdin: red },
      { run: 'diff -f -', stdin: blue },
      { run: 'apply -f - -o yaml --show-managed-fields', stdin: blue },
      'label configmap settings foreign=yes',
      { run: 'apply -f -', stdin: red },
      {
        run: 'apply -f - --overwrite=false',
        stdin: { ...blue, metadata: { name: 'settings', labels: { foreign: 'no' } } },
      },
      { run: 'apply -f - --force', stdin: { ...red, immutable: true } },
      { run: 'apply -f -', stdin: blue },
      { run: 'apply -f - --force', stdin: blue },
      'apply view-last-applied configmap settings',
      'apply view-last-applied configmap settings -o json',
      'apply view-last-applied configmap none',
      { run: 'apply set-last-applied -f -', stdin: red },
      { run: 'apply set-last-applied -f -', stdin: configMap('none') },
      { run: 'apply set-last-applied -f - --create-annotation -o yaml', stdin: blue },
      { run: 'apply edit-last-applied configmap settings', editor: 'sed -i s/blue/green/' },
      { run: 'apply -f -', stdin: [web, service('web'), red] },
      { run: 'apply -f - -o name', stdin: [scaled, service('web'), red] },
      {
        run: 'apply -f -',
        stdin: { ...web, spec: { ...(web.spec as object), selector: { matchLabels: { app: 'x' } } } },
      },
      { run: 'apply -f -', stdin: { ...red, nonsense: 1 } },
      { run: 'apply -f - --validate=warn', stdin: { ...red, nonsense: 1 } },
      { run: 'apply -f - --validate=ignore', stdin: { ...red, nonsense: 1 } },
      { run: 'apply -f -', stdin: { apiVersion: 'example.com/v1', kind: 'Nonsense', metadata: { name: 'a' } } },
      { run: 'apply -f -', stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'a-' } } },
      { run: 'apply -f -', stdin: 'a: [b' },
      { run: 'apply -f -', stdin: '' },
    ],
  }),
  compared({
    name: 'apply from the server',
    lines: [
      { run: 'apply --server-side -f - --dry-run=server -o yaml --show-managed-fields', stdin: red },
      { run: 'apply --server-side -f - -o yaml --show-managed-fields', stdin: red },
      { run: 'apply --server-side -f -', stdin: red },
      { run: 'diff --server-side -f -', stdin: blue },
      { run: 'diff --server-side --field-manager=two -f -', stdin: blue },
      { run: 'apply --server-side -f - --field-manager=two', stdin: blue },
      {
        run: 'apply --server-side -f - --field-manager=two --force-conflicts -o yaml --show-managed-fields',
        stdin: blue,
      },
      { run: 'apply --server-side -f -', stdin: red },
      { run: 'apply --server-side -f -', stdin: web },
      'scale deployment web --replicas=5',
      { run: 'apply --server-side -f -', stdin: scaled },
      { run: 'apply --server-side -f - --force-conflicts -o yaml --show-managed-fields', stdin: scaled },
      { run: 'apply --server-side -f -', stdin: [web, service('web'), red] },
      { run: 'apply --server-side -f -', stdin: { ...red, nonsense: 1 } },
      { run: 'apply --server-side --validate=false -f -', stdin: { ...red, nonsense: 1 } },
      { run: 'apply --server-side -f -', stdin: deployment('web', { replicas: -1 }) },
      { run: 'apply --server-side --subresource=status -f - -o yaml', stdin: { ...web, status: { replicas: 2 } } },
      { run: 'apply --server-side --field-manager= -f -', stdin: red },
      { run: 'apply -f -', stdin: configMap('moved', { color: 'red' }) },
      { run: 'apply --server-side -f - -o yaml --show-managed-fields', stdin: configMap('moved', { size: 'xl' }) },
    ],
  }),
  compared({
    name: 'apply of files, folders and kustomizations',
    files: {
      ...Object.fromEntries(Object.entries(kustomization).map(([name, text]) => [`base/${name}`, text])),
      'overlay/kustomization.yaml': 'resources: [../base]\nnameSuffix: -test\nnamespace: "{ns}"\n',
      'folder/a.yaml': `${JSON.stringify(red)}\n---\n${JSON.stringify(web)}\n`,
      'folder/b/c.json': JSON.stringify(configMap('deep')),
      'folder/b/notes.txt': 'nothing',
      'empty/kustomization.yaml': 'resources: []\n',
      'wrong/kustomization.yaml': 'resources: [none.yaml]\n',
    },
    lines: [
      'kustomize {files}/base',
      'apply -k {files}/base --dry-run=server',
      'apply -k {files}/base',
      'apply -k {files}/base',
      'diff -k {files}/base',
      'diff -k {files}/overlay',
      'apply -k {files}/overlay --server-side',
      'get -k {files}/base',
      'describe -k {files}/base',
      'delete -k {files}/overlay --wait=false',
      'apply -k {files}/empty',
      'apply -k {files}/wrong',
      'create -k {files}/overlay',
      'apply -f {files}/folder',
      'apply -f {files}/folder -R',
      'apply -f {files}/none',
      'diff -f {files}/folder -R',
      'delete -f {files}/folder -R --wait=false',
      'get configmaps,secrets,deployments,services -o wide --show-labels',
    ],
  }),
  compared({
    name: 'apply that prunes',
    lines: [
      { run: 'apply -f -', stdin: [labelled('one'), labelled('two'), labelled('three')] },
      {
        run: 'apply -f - --prune -l app=shop --prune-allowlist=core/v1/ConfigMap --dry-run=server',
        stdin: labelled('one'),
      },
      { run: 'apply -f - --prune -l app=shop --prune-allowlist=core/v1/ConfigMap', stdin: labelled('one') },
      { run: 'diff --prune -l app=shop --prune-allowlist=core/v1/ConfigMap -f -', stdin: labelled('two') },
      { run: 'apply -f - --prune', stdin: labelled('one') },
      ...['one two', 'two'].map((names) => ({
        run: 'apply -f - --prune --applyset=configmaps/set-{ns}',
        stdin: names.split(' ').map((name) => configMap(`member-${name}`)),
        environment: { KUBECTL_APPLYSET: 'true' },
      })),
      ...['one two', 'two'].map((names) => ({
        run: 'apply -f - --server-side --prune --applyset=secrets/set',
        stdin: names.split(' ').map((name) => configMap(`kept-${name}`)),
        environment: { KUBECTL_APPLYSET: 'true' },
      })),
      'get configmaps,secrets --show-labels',
    ],
  }),
];
