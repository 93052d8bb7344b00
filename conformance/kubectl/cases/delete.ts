/** kubectl delete: selection, waiting, grace, cascades, finalizers, namespaces. */
import type { Case } from '../case.ts';
import { configMap, pod } from '../manifests.ts';

const labelled = ['a', 'b'].map((name) => configMap(name, {}, { labels: { set: 'd' } }));
const held = configMap('held', {}, { finalizers: ['example.com/hold'] });
const release = { run: `patch configmap held --type=merge -p '{"metadata":{"finalizers":null}}'` };
/** A kubelet would have to confirm that its containers are gone. */
const bound = pod('bound', {}, { nodeName: 'node-{ns}', terminationGracePeriodSeconds: 300 });

export const remove: readonly Case[] = [
  {
    name: 'delete by name, and the object is gone',
    given: [configMap('settings')],
    steps: [
      { run: 'delete configmap settings', prints: /^configmap "settings" deleted( from {ns} namespace)?$/m },
      { run: 'get configmap settings', exits: 1, complains: /not found/ },
    ],
  },
  {
    name: 'delete takes several names, a manifest, a selector and all',
    given: [configMap('one'), configMap('two'), configMap('three'), ...labelled, pod('p'), pod('q')],
    steps: [
      { run: 'delete configmap one two -o name', prints: 'configmap/one\nconfigmap/two' },
      { run: 'delete -f - -o name', stdin: configMap('three'), prints: 'configmap/three' },
      { run: 'delete configmap -l set=d -o name', prints: 'configmap/a\nconfigmap/b' },
      { run: 'delete pods --all -o name', prints: 'pod/p\npod/q' },
    ],
  },
  {
    name: 'delete --field-selector deletes what it selects',
    given: labelled,
    steps: [{ run: 'delete configmap --field-selector metadata.name=b -o name', prints: 'configmap/b' }],
  },
  {
    name: 'delete of a missing object is NotFound, unless --ignore-not-found',
    steps: [
      {
        run: 'delete configmap none',
        exits: 1,
        complains: 'Error from server (NotFound): configmaps "none" not found',
      },
      { run: 'delete configmap none --ignore-not-found', prints: '' },
    ],
  },
  {
    name: 'delete --dry-run=server deletes nothing',
    given: [configMap('settings')],
    steps: [
      {
        run: 'delete configmap settings --dry-run=server',
        prints: /^configmap "settings" deleted .*\(server dry run\)$|^configmap "settings" deleted \(server dry run\)/m,
      },
      { run: 'get configmap settings -o name', prints: 'configmap/settings' },
    ],
  },
  {
    name: 'delete --raw deletes a path',
    given: [configMap('settings')],
    steps: [
      {
        run: 'delete --raw /api/v1/namespaces/{ns}/configmaps/settings',
        shows: { kind: 'Status', status: 'Success', details: { name: 'settings', kind: 'configmaps' } },
      },
    ],
  },
  {
    name: 'a finalizer holds a deleted object until it is removed',
    given: [held],
    steps: [
      { run: 'delete configmap held --wait=false' },
      {
        run: 'get configmap held -o jsonpath={.metadata.deletionTimestamp}',
        prints: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      },
      release,
      { run: 'get configmap held', exits: 1, complains: /not found/ },
    ],
  },
  {
    name: 'a finalizer cannot be added to an object that is being deleted',
    given: [held],
    steps: [
      { run: 'delete configmap held --wait=false' },
      {
        run: `patch configmap held --type=merge -p '{"metadata":{"finalizers":["example.com/hold","example.com/late"]}}'`,
        exits: 1,
        complains: /metadata\.finalizers: Forbidden: no new finalizers can be added if the object is being deleted/,
      },
      release,
    ],
  },
  {
    name: 'delete --wait ends when the object is gone',
    given: [held],
    steps: [
      { watch: 'delete configmap held --wait', first: 1, during: [release], prints: /^configmap "held" deleted/ },
    ],
  },
  {
    name: 'delete --timeout ends with an error while a finalizer holds the object',
    given: [held],
    steps: [
      {
        run: 'delete configmap held --timeout=1s',
        exits: 1,
        complains: /timed out waiting for the condition on configmaps\/held/,
      },
      release,
    ],
  },
  {
    name: 'a pod without a node is deleted at once',
    given: [pod('web')],
    steps: [{ run: 'delete pod web --wait=false' }, { run: 'get pod web', exits: 1, complains: /not found/ }],
  },
  {
    name: 'a pod on a node is deleted gracefully, with the grace period asked for, and at once by force',
    given: [bound],
    steps: [
      { run: 'delete pod bound --wait=false --grace-period=200' },
      { run: 'get pod bound -o jsonpath={.metadata.deletionGracePeriodSeconds}', prints: '200' },
      { run: 'get pod bound', prints: /^bound +0\/1 +Terminating/m },
      { run: 'delete pod bound --now --wait=false' },
      { run: 'get pod bound -o jsonpath={.metadata.deletionGracePeriodSeconds}', prints: '1' },
      {
        run: 'delete pod bound --force --grace-period=0',
        prints: /^pod "bound" force deleted/,
        complains: /Warning: Immediate deletion does not wait for confirmation/,
      },
      { run: 'get pod bound', exits: 1, complains: /not found/ },
    ],
  },
  {
    name: 'cascade policies become finalizers that the garbage collector works off',
    given: [configMap('a'), configMap('b'), configMap('c')],
    steps: [
      { run: 'delete configmap a --cascade=background' },
      { run: 'get configmap a', exits: 1, complains: /not found/ },
      { run: 'delete configmap b --cascade=orphan --wait=false' },
      { run: 'get configmap b --ignore-not-found -o jsonpath={.metadata.finalizers}', prints: /^(\["orphan"\])?$/ },
      { run: 'delete configmap c --cascade=foreground --wait=false' },
      {
        run: 'get configmap c --ignore-not-found -o jsonpath={.metadata.finalizers}',
        prints: /^(\["foregroundDeletion"\])?$/,
      },
    ],
  },
  {
    name: 'a namespace that is being deleted takes no new objects',
    steps: [
      { run: 'create namespace {ns}-b', prints: 'namespace/{ns}-b created' },
      { run: 'create -f - -n {ns}-b', stdin: held },
      { run: 'delete namespace {ns}-b --wait=false', prints: /^namespace "{ns}-b" deleted/ },
      { run: 'get namespace {ns}-b', prints: /^{ns}-b +Terminating/m },
      {
        run: 'create configmap late -n {ns}-b',
        exits: 1,
        complains:
          /configmaps "late" is forbidden: unable to create new content in namespace {ns}-b because it is being terminated/,
      },
      { run: `patch configmap held -n {ns}-b --type=merge -p '{"metadata":{"finalizers":null}}'` },
    ],
  },
  {
    name: 'the namespace "default" cannot be deleted',
    steps: [
      {
        run: 'delete namespace default',
        exits: 1,
        complains: /namespaces "default" is forbidden: this namespace may not be deleted/,
      },
    ],
  },
];
