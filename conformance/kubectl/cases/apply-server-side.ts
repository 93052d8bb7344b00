/** kubectl apply --server-side: what it prints, its conflicts and exit codes, and the way there from client-side apply. */
import type { Case } from '../case.ts';
import { configMap, deployment, pod } from '../manifests.ts';

const managers =
  "-o go-template='{{range .metadata.managedFields}}{{.manager}}/{{.operation}} {{end}}' --show-managed-fields";

export const applyServerSide: readonly Case[] = [
  {
    name: 'apply --server-side says serverside-applied for creation, change and no change',
    steps: [
      {
        run: 'apply --server-side -f -',
        stdin: configMap('settings', { color: 'red' }),
        prints: 'configmap/settings serverside-applied',
      },
      {
        run: 'apply --server-side -f -',
        stdin: configMap('settings', { color: 'red' }),
        prints: 'configmap/settings serverside-applied',
      },
      {
        run: 'apply --server-side -f -',
        stdin: configMap('settings', { color: 'blue' }),
        prints: 'configmap/settings serverside-applied',
      },
      { run: 'get configmap settings -o jsonpath={.data.color}', prints: 'blue' },
      { run: `get configmap settings ${managers}`, prints: 'kubectl/Apply' },
      { run: 'get configmap settings -o jsonpath={.metadata.annotations}', prints: '' },
    ],
  },
  {
    name: 'apply --server-side that changes nothing keeps the resourceVersion',
    steps: [
      { run: 'apply --server-side -f -', stdin: deployment('web') },
      { run: 'label deployment web seen=once' },
      { run: 'apply --server-side -f -', stdin: deployment('web') },
      { run: 'get deployment web -o go-template={{.metadata.generation}}', prints: '1' },
    ],
  },
  {
    name: 'apply --server-side of a field that another manager owns exits with 1 and names field and manager',
    steps: [
      {
        run: 'apply --server-side --field-manager=one -f -',
        stdin: configMap('settings', { color: 'red', size: 'xl' }),
      },
      {
        run: 'apply --server-side --field-manager=two -f -',
        stdin: configMap('settings', { color: 'blue' }),
        exits: 1,
        complains: [
          /^error: Apply failed with 1 conflict: conflict with "one": \.data\.color$/m,
          /^Please review the fields above--they currently have other managers\./m,
        ],
      },
      {
        run: 'apply --server-side --field-manager=two -f -',
        stdin: configMap('settings', { color: 'blue', size: 'xs' }),
        exits: 1,
        complains: /^error: Apply failed with 2 conflicts: conflicts with "one":\n- \.data\.color\n- \.data\.size$/m,
      },
      { run: 'get configmap settings -o jsonpath={.data.color}', prints: 'red' },
      {
        run: 'apply --server-side --field-manager=two --force-conflicts -f -',
        stdin: configMap('settings', { color: 'blue' }),
        prints: 'configmap/settings serverside-applied',
      },
      { run: 'get configmap settings -o go-template={{.data}}', prints: 'map[color:blue size:xl]' },
      {
        run: 'apply --server-side --field-manager=one -f -',
        stdin: configMap('settings', { size: 'xl' }),
        prints: 'configmap/settings serverside-applied',
      },
    ],
  },
  {
    name: 'apply --server-side conflicts with what other commands have changed',
    steps: [
      { run: 'apply --server-side -f -', stdin: deployment('web', { replicas: 1 }) },
      { run: 'scale deployment web --replicas=2' },
      {
        run: 'apply --server-side -f -',
        stdin: deployment('web', { replicas: 1 }),
        exits: 1,
        complains:
          /^error: Apply failed with 1 conflict: conflict with "kubectl[.\d]*" with subresource "scale" using apps\/v1: \.spec\.replicas$/m,
      },
      {
        run: 'patch deployment web --type=merge -p \'{"spec":{"minReadySeconds":3}}\'',
      },
      {
        run: 'apply --server-side -f -',
        stdin: deployment('web', { replicas: 2, minReadySeconds: 5 }),
        exits: 1,
        complains:
          /^error: Apply failed with 1 conflict: conflict with "kubectl-patch" using apps\/v1: \.spec\.minReadySeconds$/m,
      },
    ],
  },
  {
    name: 'apply --server-side removes what it no longer names and keeps what others own',
    steps: [
      { run: 'apply --server-side -f -', stdin: configMap('settings', { color: 'red', size: 'xl', shape: 'round' }) },
      { run: 'apply --server-side --field-manager=two -f -', stdin: configMap('settings', { size: 'xl' }) },
      { run: `patch configmap settings --type=merge -p '{"data":{"added":"yes"}}'` },
      { run: 'apply --server-side -f -', stdin: configMap('settings', { color: 'red' }) },
      { run: 'get configmap settings -o go-template={{.data}}', prints: 'map[added:yes color:red size:xl]' },
    ],
  },
  {
    name: 'apply --server-side merges containers, their ports and environment by key',
    steps: [
      {
        run: 'apply --server-side -f -',
        stdin: withContainers({
          name: 'main',
          image: 'web:1',
          ports: [{ containerPort: 80 }],
          env: [{ name: 'A', value: '1' }],
        }),
      },
      {
        run: 'apply --server-side --field-manager=two -f -',
        stdin: withContainers({ name: 'main', env: [{ name: 'B', value: '2' }] }, { name: 'side', image: 'side:1' }),
      },
      {
        run: 'apply --server-side -f -',
        stdin: withContainers({ name: 'main', image: 'web:2', ports: [{ containerPort: 81 }] }),
      },
      {
        run: 'get deployment web -o jsonpath={.spec.template.spec.containers[*].image}',
        prints: 'web:2 side:1',
      },
      { run: 'get deployment web -o jsonpath={.spec.template.spec.containers[0].env[*].name}', prints: 'B' },
      {
        run: 'get deployment web -o jsonpath={.spec.template.spec.containers[0].ports[*].containerPort}',
        prints: '81',
      },
    ],
  },
  {
    name: 'apply --server-side --dry-run=server shows the merged object and stores nothing',
    given: [configMap('settings', { color: 'red' })],
    steps: [
      {
        run: 'apply --server-side --dry-run=server -o json -f -',
        stdin: configMap('settings', { size: 'xl' }),
        shows: { data: { color: 'red', size: 'xl' } },
      },
      {
        run: 'apply --server-side --dry-run=server -f -',
        stdin: configMap('settings', { color: 'blue' }),
        exits: 1,
        complains: /conflict with "kubectl-create" using v1: \.data\.color/,
      },
      { run: 'get configmap settings -o jsonpath={.data}', prints: '{"color":"red"}' },
    ],
  },
  {
    name: 'apply --server-side of a field that the type does not have is refused',
    steps: [
      {
        run: 'apply --server-side --validate=false -f -',
        stdin: { ...configMap('settings'), unheard: 1 },
        exits: 1,
        complains:
          /failed to create typed patch object \({ns}\/settings; \/v1, Kind=ConfigMap\): \.unheard: field not declared in schema/,
      },
    ],
  },
  {
    name: 'apply --server-side takes over what client-side apply made, removal included',
    steps: [
      { run: 'apply -f -', stdin: configMap('settings', { color: 'red', size: 'xl' }) },
      { run: `get configmap settings ${managers}`, prints: 'kubectl-client-side-apply/Update' },
      { run: 'apply --server-side -f -', stdin: configMap('settings', { color: 'blue' }) },
      { run: 'get configmap settings -o go-template={{.data}}', prints: 'map[color:blue]' },
      { run: `get configmap settings ${managers}`, prints: /kubectl\/Apply/ },
      { run: 'apply view-last-applied configmap/settings -o json', shows: { data: { color: 'blue' } } },
    ],
  },
  {
    name: 'apply goes back from server-side to client-side',
    steps: [
      { run: 'apply -f -', stdin: configMap('settings', { color: 'red', size: 'xl' }) },
      { run: 'apply --server-side -f -', stdin: configMap('settings', { color: 'red', size: 'xl', shape: 'round' }) },
      { run: 'apply -f -', stdin: configMap('settings', { color: 'red' }), prints: 'configmap/settings configured' },
      { run: 'get configmap settings -o go-template={{.data}}', prints: 'map[color:red]' },
    ],
  },
  {
    name: 'apply --server-side --subresource=status applies the status alone',
    since: 32,
    given: [pod('one')],
    steps: [
      {
        run: 'apply --server-side --subresource=status -f -',
        stdin: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'one' },
          spec: { nodeName: 'elsewhere' },
          status: { message: 'applied' },
        },
        prints: 'pod/one serverside-applied',
      },
      { run: 'get pod one -o jsonpath={.status.message}:{.spec.nodeName}', prints: 'applied:' },
      {
        run: 'get pod one --show-managed-fields -o json',
        shows: { metadata: { managedFields: [{ manager: 'kubectl', operation: 'Apply', subresource: 'status' }] } },
      },
    ],
  },
  {
    name: 'diff --server-side shows what would change, and conflicts',
    steps: [
      { run: 'apply --server-side -f -', stdin: configMap('settings', { color: 'red' }) },
      {
        run: 'diff --server-side -f -',
        stdin: configMap('settings', { color: 'blue' }),
        exits: 1,
        prints: [/^- {2}color: red$/m, /^\+ {2}color: blue$/m],
      },
      { run: 'diff --server-side -f -', stdin: configMap('settings', { color: 'red' }), prints: '' },
      {
        run: 'diff --server-side --field-manager=two -f -',
        stdin: configMap('settings', { color: 'blue' }),
        exits: 2,
        complains: /Apply failed with 1 conflict: conflict with "kubectl": \.data\.color/,
      },
    ],
  },
  {
    name: 'managed fields name every command that has written',
    steps: [
      { run: 'create configmap settings --from-literal=color=red' },
      { run: 'label configmap settings a=b' },
      { run: 'annotate configmap settings c=d' },
      { run: 'edit configmap settings', editor: 'sed -i s/red/blue/' },
      { run: `get configmap settings ${managers}`, prints: /kubectl-create\/Update|kubectl-edit\/Update/ },
      {
        run: 'get configmap settings --show-managed-fields -o go-template=\'{{range .metadata.managedFields}}{{.manager}}{{"\\n"}}{{end}}\'',
        prints: [/^kubectl-create$/m, /^kubectl-label$/m, /^kubectl-annotate$/m, /^kubectl-edit$/m],
      },
    ],
  },
];

function withContainers(...containers: { readonly name: string; readonly [field: string]: unknown }[]) {
  return deployment('web', { template: { metadata: { labels: { app: 'web' } }, spec: { containers } } });
}
