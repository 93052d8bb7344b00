/** kubectl label, annotate, patch, edit and replace. */
import type { Case } from '../case.ts';
import { configMap, deployment, pod, secret, service } from '../manifests.ts';

const settings = configMap('settings', { color: 'red' });
const colorOf = (color: string) => ({ run: 'get configmap settings -o jsonpath={.data.color}', prints: color });

export const change: readonly Case[] = [
  {
    name: 'label adds, refuses to overwrite, overwrites, lists and removes',
    given: [settings],
    steps: [
      { run: 'label configmap settings app=shop', prints: 'configmap/settings labeled' },
      { run: 'label configmap settings app=shop', prints: 'configmap/settings not labeled' },
      {
        run: 'label configmap settings app=blog',
        exits: 1,
        complains: /'app' already has a value \(shop\), and --overwrite is false/,
      },
      { run: 'label configmap settings app=blog --overwrite', prints: 'configmap/settings labeled' },
      { run: 'label configmap settings --list', prints: 'app=blog' },
      { run: 'label configmap settings app-', prints: 'configmap/settings unlabeled' },
      { run: 'get configmap settings -o jsonpath={.metadata.labels}', prints: '' },
    ],
  },
  {
    name: 'label takes a selector and every object of a kind',
    given: [configMap('a', {}, { labels: { set: 'l' } }), configMap('b', {}, { labels: { set: 'l' } })],
    steps: [
      { run: 'label configmap -l set=l seen=yes', prints: 'configmap/a labeled\nconfigmap/b labeled' },
      { run: 'get configmap -l seen=yes -o name', prints: 'configmap/a\nconfigmap/b' },
    ],
  },
  {
    name: 'a label that is not one is refused',
    given: [settings],
    steps: [
      {
        run: 'label configmap settings app=-x-',
        exits: 1,
        complains: /a valid label must be an empty string or consist of/,
      },
    ],
  },
  {
    name: 'annotate adds and removes, and --dry-run=server changes nothing',
    given: [settings],
    steps: [
      { run: 'annotate configmap settings note=hello', prints: /^configmap\/settings annotated?$/m },
      {
        run: 'annotate configmap settings note=bye --overwrite --dry-run=server',
        prints: /^configmap\/settings annotated? \(server dry run\)$/m,
      },
      { run: 'get configmap settings -o jsonpath={.metadata.annotations.note}', prints: 'hello' },
      { run: 'annotate configmap settings note-', prints: /^configmap\/settings annotated?$/m },
      { run: 'get configmap settings -o jsonpath={.metadata.annotations}', prints: '' },
    ],
  },
  {
    name: 'label --resource-version of an older object is a Conflict',
    given: [settings],
    steps: [
      {
        run: 'label configmap settings app=shop --resource-version=1',
        exits: 1,
        complains:
          /Operation cannot be fulfilled on configmaps "settings": the object has been modified; please apply your changes to the latest version and try again/,
      },
    ],
  },
  {
    name: 'patch merges strategically by default: lists by their keys',
    given: [deployment('web')],
    steps: [
      {
        run: `patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"web:2"}]}}}}'`,
        prints: 'deployment.apps/web patched',
      },
      { run: 'get deployment web -o jsonpath={.spec.template.spec.containers[*].image}', prints: 'web:2' },
      {
        run: `patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}'`,
      },
      { run: 'get deployment web -o jsonpath={.spec.template.spec.containers[*].name}', prints: 'side main' },
      {
        run: `patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}'`,
      },
      { run: 'get deployment web -o jsonpath={.spec.template.spec.containers[*].name}', prints: 'main' },
    ],
  },
  {
    name: 'patch --type=merge replaces lists, and null removes',
    given: [configMap('settings', { color: 'red', size: 'xl' }, { finalizers: ['example.com/a', 'example.com/b'] })],
    steps: [
      {
        run: `patch configmap settings --type=merge -p '{"metadata":{"finalizers":["example.com/b"]},"data":{"size":null}}'`,
        prints: 'configmap/settings patched',
      },
      {
        run: 'get configmap settings -o jsonpath={.metadata.finalizers}{.data}',
        prints: '["example.com/b"]{"color":"red"}',
      },
      { run: `patch configmap settings --type=merge -p '{"metadata":{"finalizers":null}}'` },
    ],
  },
  {
    name: 'patch --type=json adds, replaces, removes and tests',
    given: [settings],
    steps: [
      {
        run: `patch configmap settings --type=json -p '[{"op":"test","path":"/data/color","value":"red"},{"op":"add","path":"/data/size","value":"xl"},{"op":"move","from":"/data/color","path":"/data/colour"}]'`,
        prints: 'configmap/settings patched',
      },
      { run: 'get configmap settings -o jsonpath={.data}', prints: '{"colour":"red","size":"xl"}' },
      {
        run: `patch configmap settings --type=json -p '[{"op":"test","path":"/data/size","value":"s"}]'`,
        exits: 1,
        complains: /testing value \/data\/size failed|The request is invalid/,
      },
      {
        run: `patch configmap settings --type=json -p '[{"op":"remove","path":"/data/none"}]'`,
        exits: 1,
        complains: /The request is invalid/,
      },
    ],
  },
  {
    name: 'a patch that changes nothing says so and keeps the resourceVersion',
    given: [settings, pod('web'), service('web'), secret('credentials', { user: 'ann' })],
    steps: [
      {
        run: `patch configmap settings -p '{"data":{"color":"red"}}'`,
        prints: 'configmap/settings patched (no change)',
      },
      { run: `patch pod web -p '{}'`, prints: 'pod/web patched (no change)' },
      { run: `patch service web --type=merge -p '{}'`, prints: 'service/web patched (no change)' },
      { run: `patch secret credentials --type=json -p '[]'`, prints: 'secret/credentials patched (no change)' },
    ],
  },
  {
    name: 'patch -o and --dry-run=server show the result',
    given: [settings],
    steps: [
      {
        run: `patch configmap settings -p '{"data":{"color":"blue"}}' --dry-run=server -o jsonpath={.data.color}`,
        prints: 'blue',
      },
      colorOf('red'),
    ],
  },
  {
    name: 'patch --subresource=status changes the status alone',
    given: [pod('web')],
    steps: [
      {
        run: `patch pod web --subresource=status --type=merge -p '{"status":{"message":"hi"},"metadata":{"labels":{"x":"y"}}}'`,
        prints: /^pod\/web patched/,
      },
      { run: 'get pod web -o jsonpath={.status.message}', prints: 'hi' },
      { run: `patch pod web --type=merge -p '{"status":{"message":"bye"}}'`, prints: 'pod/web patched (no change)' },
      { run: 'get pod web -o jsonpath={.status.message}', prints: 'hi' },
    ],
  },
  {
    name: 'patch of a missing object is NotFound',
    steps: [{ run: `patch configmap none -p '{}'`, exits: 1, complains: /\(NotFound\): configmaps "none" not found/ }],
  },
  {
    name: 'edit stores what the editor has saved',
    given: [settings],
    steps: [
      { run: 'edit configmap settings', editor: 'sed -i s/red/green/', prints: 'configmap/settings edited' },
      colorOf('green'),
    ],
  },
  {
    name: 'edit without a change is cancelled',
    given: [settings],
    steps: [{ run: 'edit configmap settings', editor: 'true', complains: /Edit cancelled, no changes made/ }],
  },
  {
    name: 'edit of several objects edits them all',
    given: [configMap('a', { color: 'red' }), configMap('b', { color: 'red' })],
    steps: [
      {
        run: 'edit configmap/a configmap/b',
        editor: 'sed -i s/red/green/',
        prints: 'configmap/a edited\nconfigmap/b edited',
      },
      { run: 'get configmap a b -o jsonpath={.items[*].data.color}', prints: 'green green' },
    ],
  },
  {
    name: 'replace writes the whole object',
    given: [configMap('settings', { color: 'red', size: 'xl' })],
    steps: [
      { run: 'replace -f -', stdin: configMap('settings', { color: 'blue' }), prints: 'configmap/settings replaced' },
      { run: 'get configmap settings -o jsonpath={.data}', prints: '{"color":"blue"}' },
    ],
  },
  {
    name: 'replace with an old resourceVersion is a Conflict',
    given: [settings],
    steps: [
      {
        run: 'replace -f -',
        stdin: configMap('settings', { color: 'blue' }, { resourceVersion: '1' }),
        exits: 1,
        complains:
          /\(Conflict\): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "settings": the object has been modified/,
      },
      colorOf('red'),
    ],
  },
  {
    name: 'replace of a missing object is NotFound',
    steps: [
      {
        run: 'replace -f -',
        stdin: settings,
        exits: 1,
        complains: /\(NotFound\): error when replacing "STDIN": configmaps "settings" not found/,
      },
    ],
  },
  {
    name: 'replace --force deletes and makes again, with another uid',
    given: [{ ...settings, immutable: true }],
    steps: [
      {
        run: 'replace --force -f -',
        stdin: configMap('settings', { color: 'blue' }),
        prints: [/^configmap "settings" deleted/m, /^configmap\/settings replaced$/m],
      },
      colorOf('blue'),
    ],
  },
];
