import { readdirSync, existsSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue, rawJson } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { TableConvertor } from '../table-convertor.ts';
import { scaleTable } from './scale-table.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REGISTRY = new URL('../../', import.meta.url);
const at = (millisecondsAgo: number): string => new Date(NOW - millisecondsAgo).toISOString().replace('.000Z', 'Z');

const tables = new Map<string, TableConvertor>([['scale', scaleTable]]);
for (const group of readdirSync(REGISTRY, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  for (const resource of readdirSync(new URL(`${group.name}/`, REGISTRY))) {
    const file = new URL(`${group.name}/${resource}/table.ts`, REGISTRY);
    if (existsSync(file)) tables.set(`${group.name}/${resource}`, (await import(file.href)).table as TableConvertor);
  }
}

function tableOfResource(resource: string): TableConvertor {
  const table = tables.get(resource);
  if (table === undefined) throw new Error(`no table for ${resource}`);
  return table;
}

/** An object that is 90 minutes old. */
function object(parts: JsonObject, metadata: JsonObject = {}): KubeObject {
  return { ...parts, metadata: { name: 'x', creationTimestamp: at(90 * MINUTE), ...metadata } };
}

const row = (resource: string, parts: JsonObject, metadata?: JsonObject): JsonValue[] =>
  tableOfResource(resource).cells(object(parts, metadata), { now: NOW });

/** The cells of some columns, by name. */
function cells(resource: string, parts: JsonObject, metadata?: JsonObject): Record<string, JsonValue | undefined> {
  const all = row(resource, parts, metadata);
  return Object.fromEntries(tableOfResource(resource).columns.map(({ name }, index) => [name, all[index]]));
}

const template = {
  metadata: { labels: { app: 'web', tier: 'front' } },
  spec: {
    containers: [
      { name: 'app', image: 'web:2' },
      { name: 'log', image: 'log:1' },
    ],
    nodeSelector: { disk: 'ssd' },
  },
};
const selector = {
  matchLabels: { tier: 'front', app: 'web' },
  matchExpressions: [
    { key: 'zone', operator: 'In', values: ['b', 'a'] },
    { key: 'old', operator: 'DoesNotExist' },
  ],
};
const SELECTOR = 'app=web,!old,tier=front,zone in (a,b)';

const golden: readonly [resource: string, parts: JsonObject, row: JsonValue[]][] = [
  ['core/configmaps', { data: { a: '1', b: '2' }, binaryData: { c: 'AA==' } }, ['x', 3, '90m']],
  ['core/configmaps', {}, ['x', 0, '90m']],
  ['core/secrets', { type: 'Opaque', data: { a: 'AA==' } }, ['x', 'Opaque', 1, '90m']],
  ['core/serviceaccounts', {}, ['x', '90m']],
  ['core/namespaces', { status: { phase: 'Active' } }, ['x', 'Active', '90m']],
  ['core/limitranges', {}, ['x', '2026-03-01T10:30:00Z']],
  ['core/podtemplates', { template }, ['x', 'app,log', 'web:2,log:1', 'app=web,tier=front']],
  [
    'core/replicationcontrollers',
    {
      spec: { replicas: 3, selector: { tier: 'front', app: 'web' }, template },
      status: { replicas: 2, readyReplicas: 1 },
    },
    ['x', 3, 2, 1, '90m', 'app,log', 'web:2,log:1', 'app=web,tier=front'],
  ],
  [
    'core/resourcequotas',
    {
      status: {
        hard: { pods: '10', 'limits.memory': '1Gi', 'limits.cpu': '4', 'requests.cpu': '2', limits: '1' },
        used: { pods: '3', 'limits.cpu': '500m' },
      },
    },
    ['x', 'limits: 0/1, pods: 3/10, requests.cpu: 0/2', 'limits.cpu: 500m/4, limits.memory: 0/1Gi', '90m'],
  ],
  [
    'core/componentstatuses',
    { conditions: [{ type: 'Healthy', status: 'False', message: 'no', error: 'refused' }] },
    ['x', 'Unhealthy', 'no', 'refused'],
  ],
  ['core/componentstatuses', {}, ['x', 'Unknown', '', '']],
  [
    'core/persistentvolumes',
    {
      spec: {
        capacity: { storage: '8Gi' },
        accessModes: ['ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace: 'shop', name: 'data' },
        storageClassName: 'fast',
        volumeMode: 'Block',
      },
      status: { phase: 'Failed', reason: 'Why' },
    },
    ['x', '8Gi', 'RWO,RWX', 'Retain', 'Failed', 'shop/data', 'fast', '<unset>', 'Why', '90m', 'Block'],
  ],
  ['core/persistentvolumes', {}, ['x', '0', '', '', '', '', '', '<unset>', '', '90m', '<unset>']],
  [
    'apps/deployments',
    {
      spec: { replicas: 3, selector, template },
      status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
    },
    ['x', '1/3', 2, 1, '90m', 'app,log', 'web:2,log:1', SELECTOR],
  ],
  [
    'apps/replicasets',
    { spec: { replicas: 3, selector, template }, status: { replicas: 3, readyReplicas: 1 } },
    ['x', 3, 3, 1, '90m', 'app,log', 'web:2,log:1', SELECTOR],
  ],
  [
    'apps/statefulsets',
    { spec: { replicas: 3, template }, status: { readyReplicas: 1 } },
    ['x', '1/3', '90m', 'app,log', 'web:2,log:1'],
  ],
  [
    'apps/daemonsets',
    {
      spec: { selector, template },
      status: {
        desiredNumberScheduled: 5,
        currentNumberScheduled: 4,
        numberReady: 3,
        updatedNumberScheduled: 2,
        numberAvailable: 1,
      },
    },
    ['x', 5, 4, 3, 2, 1, 'disk=ssd', '90m', 'app,log', 'web:2,log:1', SELECTOR],
  ],
  ['apps/controllerrevisions', { revision: 4 }, ['x', '<none>', 4, '90m']],
  [
    'apps/controllerrevisions',
    { revision: rawJson('9007199254740993') },
    ['x', '<none>', rawJson('9007199254740993'), '90m'],
  ],
  [
    'batch/cronjobs',
    {
      spec: { schedule: '* * * * *', timeZone: 'Etc/UTC', suspend: false, jobTemplate: { spec: { template } } },
      status: { active: [{}], lastScheduleTime: at(MINUTE) },
    },
    ['x', '* * * * *', 'Etc/UTC', 'False', 1, '60s', '90m', 'app,log', 'web:2,log:1', '<none>'],
  ],
  [
    'batch/cronjobs',
    { spec: { schedule: '* * * * *' } },
    ['x', '* * * * *', '<none>', '<unset>', 0, '<none>', '90m', '', '', '<none>'],
  ],
  ['networking/networkpolicies', { spec: { podSelector: {} } }, ['x', '<none>', '90m']],
  ['networking/networkpolicies', { spec: { podSelector: selector } }, ['x', SELECTOR, '90m']],
  [
    'networking/servicecidrs',
    { spec: { cidrs: ['10.0.0.0/16', 'fd00::/112'] } },
    ['x', '10.0.0.0/16,fd00::/112', '90m'],
  ],
  [
    'networking/ipaddresses',
    { spec: { parentRef: { resource: 'services', namespace: 'shop', name: 'web' } } },
    ['x', 'services/shop/web', '90m'],
  ],
  [
    'networking/ipaddresses',
    { spec: { parentRef: { group: 'g.io', resource: 'Things', name: 't' } } },
    ['x', 'things.g.io/t', '90m'],
  ],
  [
    'policy/poddisruptionbudgets',
    { spec: { minAvailable: '25%' }, status: { disruptionsAllowed: 2 } },
    ['x', '25%', 'N/A', 2, '90m'],
  ],
  ['policy/poddisruptionbudgets', { spec: { maxUnavailable: 0 } }, ['x', 'N/A', '0', 0, '90m']],
  [
    'rbac/rolebindings',
    {
      roleRef: { kind: 'Role', name: 'view' },
      subjects: [
        { kind: 'User', name: 'ann' },
        { kind: 'Group', name: 'staff' },
        { kind: 'User', name: 'bob' },
        { kind: 'ServiceAccount', name: 'bot', namespace: 'shop' },
      ],
    },
    ['x', 'Role/view', '90m', 'ann, bob', 'staff', 'shop/bot'],
  ],
  ['rbac/clusterroles', {}, ['x', '2026-03-01T10:30:00Z']],
  ['coordination/leases', { spec: { holderIdentity: 'node-1' } }, ['x', 'node-1', '90m']],
  ['node/runtimeclasses', { handler: 'kata' }, ['x', 'kata', '90m']],
  ['scheduling/priorityclasses', { value: -5, preemptionPolicy: 'Never' }, ['x', -5, false, '90m', 'Never']],
  [
    'storage/csidrivers',
    {
      spec: {
        tokenRequests: [{ audience: 'a' }, { audience: 'b' }],
        volumeLifecycleModes: ['Persistent', 'Ephemeral'],
      },
    },
    ['x', true, false, false, 'a,b', false, 'Persistent,Ephemeral', '90m'],
  ],
  ['storage/csidrivers', {}, ['x', true, false, false, '<unset>', false, '<none>', '90m']],
  ['storage/csinodes', { spec: { drivers: [{}, {}] } }, ['x', 2, '90m']],
  ['storage/csistoragecapacities', { capacity: '1Gi' }, ['x', '2026-03-01T10:30:00Z']],
  ['storage/storageclasses', { provisioner: 'p.io' }, ['x', 'p.io', 'Delete', 'Immediate', false, '90m']],
  [
    'storage/volumeattachments',
    { spec: { attacher: 'd.io', nodeName: 'n', source: { persistentVolumeName: 'pv' } }, status: { attached: true } },
    ['x', 'd.io', 'pv', 'n', true, '90m'],
  ],
  ['storage/volumeattributesclasses', { driverName: 'd.io' }, ['x', 'd.io', '90m']],
  ['admissionregistration/mutatingwebhookconfigurations', { webhooks: [{}, {}] }, ['x', 2, '90m']],
  [
    'admissionregistration/validatingadmissionpolicies',
    { spec: { validations: [{}], paramKind: { apiVersion: 'x.io/v1', kind: 'Limit' } } },
    ['x', 1, 'x.io/v1/Limit', '90m'],
  ],
  ['admissionregistration/mutatingadmissionpolicies', { spec: {} }, ['x', 0, '<unset>', '90m']],
  ['apiextensions/customresourcedefinitions', {}, ['x', '2026-03-01T10:30:00Z']],
  ['apiregistration/apiservices', {}, ['x', 'Local', 'Unknown', '90m']],
  [
    'apiregistration/apiservices',
    {
      spec: { service: { namespace: 'shop', name: 'api' } },
      status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] },
    },
    ['x', 'shop/api', 'False (MissingEndpoints)', '90m'],
  ],
  [
    'flowcontrol/flowschemas',
    {
      spec: {
        priorityLevelConfiguration: { name: 'low' },
        matchingPrecedence: 900,
        distinguisherMethod: { type: 'ByUser' },
      },
      status: { conditions: [{ type: 'Dangling', status: 'False' }] },
    },
    ['x', 'low', 900, 'ByUser', '90m', 'False'],
  ],
  ['flowcontrol/flowschemas', {}, ['x', '', 0, '<none>', '90m', '?']],
  [
    'flowcontrol/prioritylevelconfigurations',
    {
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 30,
          limitResponse: { queuing: { queues: 8, handSize: 2, queueLengthLimit: 50 } },
        },
      },
    },
    ['x', 'Limited', 30, 8, 2, 50, '90m'],
  ],
  [
    'flowcontrol/prioritylevelconfigurations',
    { spec: { type: 'Exempt' } },
    ['x', 'Exempt', '<none>', '<none>', '<none>', '<none>', '90m'],
  ],
  ['resource/deviceclasses', {}, ['x', '90m']],
  ['resource/resourceclaims', {}, ['x', 'pending', '90m']],
  ['resource/resourceclaims', { status: { allocation: {}, reservedFor: [{}] } }, ['x', 'allocated,reserved', '90m']],
  [
    'resource/resourceslices',
    { spec: { nodeName: 'n', driver: 'd.io', pool: { name: 'p' } } },
    ['x', 'n', 'd.io', 'p', '90m'],
  ],
  [
    'resource/devicetaintrules',
    { spec: { taint: { key: 'k', value: 'v', effect: 'NoExecute', timeAdded: at(MINUTE) } } },
    ['x', 'k', 'v', 'NoExecute', '60s', '90m'],
  ],
  [
    'resource/resourcepoolstatusrequests',
    { spec: { driver: 'd.io' } },
    ['x', 'd.io', '-', '-', '-', '-', '-', 0, 'Pending', '<none>'],
  ],
  [
    'resource/resourcepoolstatusrequests',
    {
      spec: { driver: 'd.io' },
      status: {
        poolCount: 3,
        pools: [
          { totalDevices: 4, availableDevices: 1, allocatedDevices: 2, unavailableDevices: 1 },
          { totalDevices: 2, validationError: 'bad' },
        ],
        conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: at(HOUR * 3) }],
      },
    },
    ['x', 'd.io', '6', '1', '2', '1', '1', 3, 'Complete (2/3 pools)', '3h'],
  ],
  [
    'scheduling/podgroups',
    {
      spec: { schedulingPolicy: { gang: {} }, podGroupTemplateRef: { workload: { workloadName: 'train' } } },
      status: { conditions: [{ type: 'PodGroupScheduled', status: 'False' }] },
    },
    ['x', 'Gang', 'train', 'Unschedulable', '90m'],
  ],
  [
    'storagemigration/storageversionmigrations',
    {
      spec: { resource: { group: 'apps', resource: 'deployments' } },
      status: {
        conditions: [
          { type: 'Running', status: 'False' },
          { type: 'Succeeded', status: 'True' },
        ],
      },
    },
    ['x', 'deployments.apps', 'Succeeded'],
  ],
  [
    'internal/storageversions',
    { status: { storageVersions: [{ apiServerID: 'a', encodingVersion: 'v1' }] } },
    ['x', '<unset>', 'a=v1', '90m'],
  ],
  ['certificates/clustertrustbundles', {}, ['x', '<none>']],
  [
    'certificates/podcertificaterequests',
    {
      spec: { podName: 'p', serviceAccountName: 's', nodeName: 'n', signerName: 'x.io/y' },
      status: { conditions: [{ type: 'Issued', status: 'True' }] },
    },
    ['x', 'p', 's', 'n', 'x.io/y', 'Issued', '<none>'],
  ],
  [
    'coordination/leasecandidates',
    { spec: { leaseName: 'l', binaryVersion: '1.36.0', emulationVersion: '1.35.0' } },
    ['x', 'l', '1.36.0', '1.35.0', '90m'],
  ],
  ['scale', { spec: { replicas: 3 }, status: { replicas: 2 } }, ['x', 3, 2, '90m']],
];

test('rows of every kind show what kube-apiserver shows', (t) => {
  for (const [resource, parts, expected] of golden) {
    // As they go over the wire: big integers are compared by their digits.
    t.is(JSON.stringify(row(resource, parts)), JSON.stringify(expected), resource);
  }
});

test('services say where they are reached, by their type', (t) => {
  const ports = [
    { port: 80, protocol: 'TCP', nodePort: 30080 },
    { port: 53, protocol: 'UDP' },
  ];
  const ingress = [{ hostname: 'z.example' }, { ip: '7.7.7.7', hostname: 'ignored' }, { ip: '7.7.7.7' }];
  const reach = (spec: JsonObject, points: JsonValue[] = []): JsonValue[] =>
    row('core/services', { spec, status: { loadBalancer: { ingress: points } } }).slice(1, 5);

  t.deepEqual(reach({ type: 'ClusterIP', clusterIPs: ['10.0.0.1', 'fd00::1'], ports }), [
    'ClusterIP',
    '10.0.0.1',
    '<none>',
    '80:30080/TCP,53/UDP',
  ]);
  t.deepEqual(reach({ type: 'NodePort', externalIPs: ['3.3.3.3', '2.2.2.2'] }), [
    'NodePort',
    '<none>',
    '3.3.3.3,2.2.2.2',
    '<none>',
  ]);
  t.is(reach({ type: 'LoadBalancer' })[2], '<pending>');
  t.is(reach({ type: 'LoadBalancer' }, ingress)[2], '7.7.7.7,z.example');
  t.is(reach({ type: 'LoadBalancer', externalIPs: ['3.3.3.3'] }, ingress)[2], '7.7.7.7,z.example,3.3.3.3');
  t.is(reach({ type: 'LoadBalancer', externalIPs: ['3.3.3.3'] })[2], '3.3.3.3');
  t.is(reach({ type: 'ExternalName', externalName: 'db.example' })[2], 'db.example');
  t.is(reach({})[2], '<unknown>');
  t.is(cells('core/services', { spec: { selector: { b: '2', a: '1' } } }).Selector, 'a=1,b=2');
});

test('nodes show readiness, roles and addresses', (t) => {
  const labels = {
    'node-role.kubernetes.io/worker': '',
    'node-role.kubernetes.io/': '',
    'kubernetes.io/role': 'infra',
    'node-role.kubernetes.io/control-plane': '',
  };
  const node = {
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [
        { type: 'Hostname', address: 'h' },
        { type: 'InternalIP', address: '10.0.0.2' },
      ],
      nodeInfo: { kubeletVersion: 'v1.36.0', osImage: 'Linux', kernelVersion: '6.1', architecture: 'arm64' },
    },
  };
  t.deepEqual(row('core/nodes', node, { labels }), [
    'x',
    'Ready,SchedulingDisabled',
    'control-plane,infra,worker',
    '90m',
    'v1.36.0',
    '10.0.0.2',
    '<none>',
    'Linux',
    '6.1 (arm64)',
    '<unknown>',
  ]);
  t.deepEqual(row('core/nodes', {}), [
    'x',
    'Unknown',
    '<none>',
    '90m',
    '',
    '<none>',
    '<none>',
    '<unknown>',
    '<unknown>',
    '<unknown>',
  ]);
  t.is(cells('core/nodes', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }).Status, 'NotReady');
});

test('events of the old and the new API show when, what and who', (t) => {
  const involvedObject = { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{app}' };
  const old = {
    involvedObject,
    type: 'Warning',
    reason: 'BackOff',
    message: ' again\n',
    firstTimestamp: at(HOUR),
    lastTimestamp: at(MINUTE),
    count: 4,
    source: { component: 'kubelet', host: 'n1' },
    reportingComponent: 'kubelet',
  };
  t.deepEqual(row('core/events', old), [
    '60s',
    'Warning',
    'BackOff',
    'pod/web',
    'spec.containers{app}',
    'kubelet, n1',
    'again',
    '60m',
    4,
    'x',
  ]);
  const once = {
    involvedObject: { kind: 'Node' },
    eventTime: '2026-03-01T11:58:30.123456Z',
    reportingComponent: 'c.io/x',
  };
  t.deepEqual(row('events/events', once), ['89s', '', '', 'node', '', 'c.io/x', '', '89s', 1, 'x']);
  const series = {
    ...once,
    series: { count: 9, lastObservedTime: '2026-03-01T11:59:58.000000Z' },
    reportingInstance: 'i',
  };
  const seen = cells('core/events', series);
  t.deepEqual([seen['Last Seen'], seen.Count, seen.Source], ['2s', 9, 'c.io/x, i']);
  t.is(cells('core/events', {})['Last Seen'], '<unknown>');
});

test('claims show the volume once they have one', (t) => {
  const status = { phase: 'Bound', capacity: { storage: '6Gi' }, accessModes: ['ReadOnlyMany', 'ReadWriteOncePod'] };
  t.deepEqual(row('core/persistentvolumeclaims', { spec: { storageClassName: 'fast' }, status }), [
    'x',
    'Bound',
    '',
    '',
    '',
    'fast',
    '<unset>',
    '90m',
    '<unset>',
  ]);
  const bound = { spec: { volumeName: 'pv', volumeMode: 'Filesystem', volumeAttributesClassName: 'gold' }, status };
  const beta = { annotations: { 'volume.beta.kubernetes.io/storage-class': 'old' }, deletionTimestamp: at(0) };
  t.deepEqual(row('core/persistentvolumeclaims', bound, beta), [
    'x',
    'Terminating',
    'pv',
    '6Gi',
    'ROX,RWOP',
    'old',
    'gold',
    '90m',
    'Filesystem',
  ]);
});

test('jobs show how far they are', (t) => {
  const job = (spec: JsonObject, status: JsonObject = {}, metadata?: JsonObject): JsonValue[] =>
    row('batch/jobs', { spec, status }, metadata).slice(1, 4);
  const condition = (type: string, status = 'True'): JsonObject => ({ conditions: [{ type, status }] });
  t.deepEqual(job({ completions: 3, parallelism: 2 }, { succeeded: 1, startTime: at(HOUR) }), [
    'Running',
    '1/3',
    '60m',
  ]);
  t.deepEqual(job({ parallelism: 4 }, { succeeded: 2 }), ['Running', '2/1 of 4', '']);
  t.deepEqual(job({}, {}), ['Running', '0/1', '']);
  const done = { ...condition('Complete'), succeeded: 1, startTime: at(HOUR), completionTime: at(HOUR - 90_000) };
  t.deepEqual(job({ completions: 1 }, done, { deletionTimestamp: at(0) }), ['Complete', '1/1', '90s']);
  t.is(job({}, condition('Failed'))[0], 'Failed');
  t.is(job({}, condition('Suspended'))[0], 'Suspended');
  t.is(job({}, condition('Suspended'), { deletionTimestamp: at(0) })[0], 'Terminating');
  t.is(job({}, condition('FailureTarget'))[0], 'FailureTarget');
  t.is(job({}, condition('SuccessCriteriaMet'))[0], 'SuccessCriteriaMet');
  t.is(job({}, condition('Complete', 'False'))[0], 'Running');
});

test('endpoints show three addresses and count the rest', (t) => {
  const addresses = (...ips: string[]): JsonObject[] => ips.map((ip) => ({ ip }));
  const shown = (...subsets: JsonObject[]): JsonValue | undefined => cells('core/endpoints', { subsets }).Endpoints;
  t.is(shown(), '<none>');
  t.is(shown({ notReadyAddresses: addresses('1.1.1.1'), ports: [{ port: 80 }] }), '');
  t.is(shown({ addresses: addresses('1.1.1.1', 'fd00::1'), ports: [{ port: 80 }] }), '1.1.1.1:80,[fd00::1]:80');
  t.is(
    shown({ addresses: addresses('1.1.1.1', '1.1.1.2') }, { addresses: addresses('2.2.2.2'), ports: [{ port: 8 }] }),
    '1.1.1.1,1.1.1.2,2.2.2.2:8',
  );
  t.is(
    shown(
      { addresses: addresses('1.1.1.1', '1.1.1.2'), ports: [{ port: 80 }, { port: 81 }] },
      { addresses: addresses('9.9.9.9') },
    ),
    '1.1.1.1:80,1.1.1.2:80,1.1.1.1:81 + 2 more...',
  );
});

test('endpoint slices show three of each', (t) => {
  const slice = {
    addressType: 'IPv4',
    ports: [{ name: 'web' }, { port: 80, name: 'x' }, {}, { port: 81 }],
    endpoints: [{ addresses: ['1.1.1.1', '1.1.1.2'] }, { addresses: ['1.1.1.3'] }],
  };
  t.deepEqual(row('discovery/endpointslices', slice), [
    'x',
    'IPv4',
    'web,80,* + 1 more...',
    '1.1.1.1,1.1.1.2,1.1.1.3',
    '90m',
  ]);
  t.deepEqual(row('discovery/endpointslices', { addressType: 'FQDN' }), ['x', 'FQDN', '<unset>', '<unset>', '90m']);
});

test('ingresses show three hosts, and all addresses in full', (t) => {
  const hosts = (...names: string[]): JsonValue | undefined =>
    cells('networking/ingresses', { spec: { rules: names.map((host) => ({ host })) } }).Hosts;
  t.is(hosts(), '*');
  t.is(hosts('a', '', 'b', 'c'), 'a,b,c');
  t.is(hosts('a', '', 'b', 'c', '', 'd'), 'a,b,c + 3 more...');
  const served = {
    spec: { ingressClassName: 'edge', tls: [{}] },
    status: { loadBalancer: { ingress: [{ hostname: 'a-rather-long-name.example' }, { ip: '1.1.1.1' }] } },
  };
  t.deepEqual(row('networking/ingresses', served), [
    'x',
    'edge',
    '*',
    '1.1.1.1,a-rather-long-name.example',
    '80, 443',
    '90m',
  ]);
  t.deepEqual(row('networking/ingresses', {}), ['x', '<none>', '*', '', '80', '90m']);
});

test('default classes are marked', (t) => {
  const marked = (resource: string, annotation: string, value = 'true'): JsonValue | undefined =>
    cells(resource, {}, { annotations: { [annotation]: value } }).Name;
  t.is(marked('networking/ingressclasses', 'ingressclass.kubernetes.io/is-default-class'), 'x (default)');
  t.is(marked('networking/ingressclasses', 'ingressclass.kubernetes.io/is-default-class', 'false'), 'x');
  t.is(marked('storage/storageclasses', 'storageclass.kubernetes.io/is-default-class'), 'x (default)');
  t.is(marked('storage/storageclasses', 'storageclass.beta.kubernetes.io/is-default-class'), 'x (default)');
  const parameters = (reference: JsonObject): JsonValue | undefined =>
    cells('networking/ingressclasses', { spec: { controller: 'c.io', parameters: reference } }).Parameters;
  t.is(parameters({ apiGroup: 'k.io', kind: 'Settings', name: 's' }), 'Settings.k.io/s');
  t.is(parameters({ kind: 'ConfigMap', name: 's' }), 'ConfigMap/s');
});

test('autoscalers show current and wanted values of two metrics', (t) => {
  const targets = (metrics: JsonValue[], currentMetrics: JsonValue[] = []): JsonValue | undefined =>
    cells('autoscaling/horizontalpodautoscalers', { spec: { metrics }, status: { currentMetrics } }).Targets;
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 50 } } };
  const memory = { type: 'ContainerResource', containerResource: { name: 'memory', target: { averageValue: '1Gi' } } };
  const queue = { type: 'External', external: { target: { value: '5k' } } };
  const object = { type: 'Object', object: { target: { averageValue: '5' } } };
  const pods = { type: 'Pods', pods: { target: { averageValue: '7' } } };

  t.is(targets([]), '<none>');
  t.is(targets([cpu]), 'cpu: <unknown>/50%');
  t.is(targets([cpu], [{ resource: { current: { averageUtilization: 33 } } }]), 'cpu: 33%/50%');
  t.is(targets([{ type: 'Resource', resource: { name: 'cpu', target: {} } }]), 'cpu: <unknown>/<auto>');
  t.is(targets([memory, pods]), 'memory: <unknown>/1Gi, <unknown>/7');
  t.is(targets([memory], [{ containerResource: { current: { averageValue: '5Mi' } } }]), 'memory: 5Mi/1Gi');
  t.is(targets([queue], [{ external: { current: { value: '1500m' } } }]), '1500m/5k');
  t.is(targets([queue], [{ external: { current: {} } }]), '<nil>/5k');
  t.is(targets([object], [{ object: { current: { averageValue: '3' } } }]), '3/5 (avg)');
  t.is(targets([object], [{ object: { current: { value: '3' } } }]), '<unknown>/5 (avg)');
  t.is(targets([pods], [{ pods: { current: {} } }]), '<nil>/7');
  t.is(targets([cpu, cpu, cpu, { type: 'New' }]), 'cpu: <unknown>/50%, cpu: <unknown>/50% + 2 more...');
  t.is(targets([{ type: 'New' }]), '<unknown type>');
  t.deepEqual(
    row('autoscaling/horizontalpodautoscalers', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 5 },
      status: { currentReplicas: 2 },
    }),
    ['x', 'Deployment/web', '<none>', '<unset>', 5, 2, '90m'],
  );
});

test('signing requests show decision and outcome', (t) => {
  const condition = (types: string[], certificate = ''): JsonValue | undefined =>
    cells('certificates/certificatesigningrequests', {
      status: { conditions: types.map((type) => ({ type })), certificate },
    }).Condition;
  t.is(condition([]), 'Pending');
  t.is(condition(['Approved'], 'AA=='), 'Approved,Issued');
  t.is(condition(['Approved', 'Denied', 'Failed']), 'Denied,Failed');
  const spec = { signerName: 'x.io/y', username: 'ann', expirationSeconds: 86400 };
  t.deepEqual(row('certificates/certificatesigningrequests', { spec }), [
    'x',
    '90m',
    'x.io/y',
    'ann',
    '24h',
    'Pending',
  ]);
});

test('policy bindings show their parameters as upstream writes them', (t) => {
  const paramRef = (reference?: JsonObject): JsonValue | undefined =>
    cells('admissionregistration/validatingadmissionpolicybindings', { spec: { paramRef: reference } }).ParamRef;
  t.is(paramRef(), '<unset>');
  t.is(paramRef({ name: 'p' }), '*/p');
  t.is(paramRef({ name: 'p', namespace: 'shop' }), 'shop/p');
  t.is(
    paramRef({
      selector: {
        matchLabels: { b: '2', a: '1' },
        matchExpressions: [{ key: 'k', operator: 'In', values: ['v', 'w'] }],
      },
    }),
    '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[v w],},},}',
  );
});

test('selectors that are empty, unset or wrong are told apart, for deployments in words of their own', (t) => {
  const wrong = { matchExpressions: [{ key: 'a', operator: 'Equals' }] };
  const of = (resource: string, value?: JsonObject): JsonValue | undefined =>
    cells(resource, { spec: { selector: value } }).Selector;
  t.deepEqual(
    [of('apps/replicasets'), of('apps/replicasets', {}), of('apps/replicasets', wrong)],
    ['<none>', '<none>', '<error>'],
  );
  t.deepEqual(
    [of('apps/deployments'), of('apps/deployments', {}), of('apps/deployments', wrong)],
    ['', '', '<invalid>'],
  );
});

test('revisions name the controller with its group', (t) => {
  const owned = (apiVersion: string): JsonValue | undefined =>
    cells(
      'apps/controllerrevisions',
      { revision: 1 },
      {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Node', name: 'n' },
          { apiVersion, kind: 'StatefulSet', name: 'db', controller: true },
        ],
      },
    ).Controller;
  t.is(owned('apps/v1'), 'statefulset.apps/db');
  t.is(owned('v1'), 'statefulset/db');
});

test('flow schemas are listed in the order of their precedence', (t) => {
  const schemas = [30, 10, 20, 10].map((matchingPrecedence, index) =>
    object({ spec: { matchingPrecedence } }, { name: `s${index}` }),
  );
  const sorted = schemas.toSorted(tableOfResource('flowcontrol/flowschemas').compareRows);
  t.deepEqual(
    sorted.map(({ metadata }) => metadata.name),
    ['s1', 's3', 's2', 's0'],
  );
});

test('ages of the future and of no time at all', (t) => {
  t.is(cells('core/namespaces', {}, { creationTimestamp: at(-HOUR) }).Age, '<invalid>');
  t.is(cells('core/namespaces', {}, { creationTimestamp: at(-1000) }).Age, '0s');
  t.is(cells('core/namespaces', {}, { creationTimestamp: null }).Age, '<unknown>');
  t.is(cells('core/namespaces', {}, { creationTimestamp: '0001-01-01T00:00:00Z' }).Age, '<unknown>');
  t.is(cells('core/limitranges', {}, { creationTimestamp: null })['Created At'], '0001-01-01T00:00:00Z');
});

test('every table has columns of different names, and one cell for each', (t) => {
  t.true(tables.size > 70);
  for (const [resource, table] of tables) {
    const names = table.columns.map(({ name }) => name);
    t.is(new Set(names).size, names.length, resource);
    for (const column of table.columns) {
      t.deepEqual(Object.keys(column), ['name', 'type', 'format', 'description', 'priority'], resource);
      t.not(column.description, '', resource);
    }
    // IPAddresses have one cell more than columns, as upstream.
    const surplus = resource === 'networking/ipaddresses' ? 1 : 0;
    t.is(table.cells(object({}), { now: NOW }).length, names.length + surplus, resource);
  }
});

/** Replaces parts of a value at random with whatever `draw` gives. */
function disturbed(value: JsonValue, draw: () => JsonValue | undefined): JsonValue {
  const replacement = draw();
  if (replacement !== undefined) return replacement;
  if (Array.isArray(value)) return value.map((item) => disturbed(item, draw));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, disturbed(item ?? null, draw)]));
}

const addresses = [{ ip: '1.1.1.1', hostname: 'a' }];
const metric = { name: 'cpu', target: { value: '1', averageUtilization: 50 }, current: { averageValue: '1' } };
const metricTypes = ['Resource', 'ContainerResource', 'Pods', 'Object', 'External'];
const containerStatus = {
  name: 'app',
  ready: true,
  started: true,
  restartCount: 3,
  state: { running: {}, terminated: { exitCode: 1, signal: 9, reason: '' }, waiting: { reason: '' } },
  lastState: { terminated: { exitCode: 1, finishedAt: at(HOUR) } },
};
const elaborate: readonly (readonly [resource: string, parts: JsonObject])[] = [
  [
    'core/pods',
    {
      spec: {
        containers: [{ name: 'app' }],
        initContainers: [{ name: 'app', restartPolicy: 'Always' }],
        readinessGates: [{ conditionType: 'Ready' }],
      },
      status: {
        phase: 'Succeeded',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [containerStatus],
        initContainerStatuses: [containerStatus],
        podIPs: addresses,
      },
    },
  ],
  [
    'core/services',
    {
      spec: { type: 'LoadBalancer', clusterIPs: ['1.1.1.1'], ports: [{ port: 80, nodePort: 1, protocol: 'TCP' }] },
      status: { loadBalancer: { ingress: addresses } },
    },
  ],
  ['core/nodes', { status: { conditions: [{ type: 'Ready' }], addresses: [{ type: 'InternalIP', address: '' }] } }],
  ['core/events', { involvedObject: { kind: 'Pod', name: 'x' }, source: {}, series: { count: 1 }, message: '' }],
  ['core/endpoints', { subsets: [{ addresses, ports: [{ port: 80 }] }, { addresses }] }],
  ['discovery/endpointslices', { ports: [{ port: 80 }, { name: 'x' }], endpoints: [{ addresses: ['1.1.1.1'] }] }],
  [
    'core/persistentvolumeclaims',
    { spec: { volumeName: 'v' }, status: { capacity: { storage: '1' }, accessModes: [] } },
  ],
  ['batch/jobs', { spec: { completions: 1 }, status: { conditions: [{ type: 'Failed' }], startTime: at(HOUR) } }],
  [
    'networking/ingresses',
    { spec: { rules: [{ host: 'a' }], tls: [{}] }, status: { loadBalancer: { ingress: addresses } } },
  ],
  [
    'autoscaling/horizontalpodautoscalers',
    {
      spec: {
        metrics: metricTypes.map((type) => ({
          type,
          resource: metric,
          external: metric,
          pods: metric,
          object: metric,
        })),
      },
      status: { currentMetrics: metricTypes.map(() => ({ resource: metric, external: metric, object: metric })) },
    },
  ],
];

test('cells are strings, numbers or booleans whatever the object looks like', (t) => {
  const oddities: readonly JsonValue[] = [
    null,
    0,
    -1,
    1.5,
    true,
    '',
    'x',
    [],
    [null],
    [[]],
    {},
    { constructor: {} },
    Object.create(null),
    rawJson('99999999999999999999'),
    JSON.parse('{"__proto__": {"name": 1}, "name": {"__proto__": []}}'),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...golden, ...elaborate),
      fc.infiniteStream(fc.nat({ max: 99 })),
      ([resource, parts], stream) => {
        const draw = (): JsonValue | undefined => {
          const drawn: number = stream.next().value;
          return drawn < 30 ? oddities[drawn % oddities.length] : undefined;
        };
        const odd = disturbed({ metadata: object({}).metadata, ...parts }, draw);
        const table = tableOfResource(resource);
        const candidate = (isJsonObject(odd) ? odd : {}) as KubeObject;
        for (const cell of table.cells(candidate, { now: NOW })) {
          t.regex(JSON.stringify(cell), /^("|-?\d|true$|false$)/);
        }
        table.conditions?.(candidate);
      },
    ),
    { numRuns: 3000 },
  );
});
