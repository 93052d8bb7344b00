/** What admission plugins add and refuse: quotas, limit ranges, priorities, classes, topology, resizing, certificates. */
import { type Case, get, type JsonObject, patch, post, put, remove, type Step } from '../case.ts';
import { configMap, configMaps, meanwhile, pod, pods, service, services } from './objects.ts';

const core = (resource: string): string => `/api/v1/namespaces/{ns}/${resource}`;
const quotas = core('resourcequotas');
const claims = core('persistentvolumeclaims');
const ranges = core('limitranges');
const accounts = core('serviceaccounts');
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const nodes = '/api/v1/nodes';
const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';

const asking = (name: string, resources: JsonObject, more: JsonObject = {}): JsonObject =>
  pod(name, { containers: [{ name: 'main', image: 'x', resources }], ...more });
const claim = (name: string, storage: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec },
});
const counted = (amounts: JsonObject): JsonObject =>
  Object.fromEntries(Object.keys(amounts).map((name) => [name, '0']));
/** A quota, and its status as the controller would write it. */
const quota = (name: string, hard: JsonObject, spec: JsonObject = {}, used: JsonObject = counted(hard)) => [
  post(`create quota ${name}`, quotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name },
    spec: { hard, ...spec },
  }),
  patch('merge', `count quota ${name}`, `${quotas}/${name}/status`, { status: { hard, used } }),
];
const devices = '/apis/resource.k8s.io/v1/namespaces/{ns}/resourceclaims';
const deviceClaim = (name: string, request: JsonObject): JsonObject => ({
  metadata: { name },
  spec: { devices: { requests: [{ name: 'r', ...request }] } },
});
const range = (name: string, ...limits: JsonObject[]): JsonObject => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name },
  spec: { limits },
});
const node = (name: string, allocatable: JsonObject, labels: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
  status: { allocatable, capacity: allocatable },
});

const annotate = (name: string, annotations: JsonObject) =>
  patch('merge', name, '/api/v1/namespaces/{ns}', { metadata: { annotations } });
/** The steps as the node corpus-self. */
const asNode = (steps: readonly Step[]): Step[] =>
  steps.map((step) => ({
    ...step,
    headers: { 'Impersonate-User': 'system:node:corpus-self', 'Impersonate-Group': 'system:nodes' },
  }));
const mirror = (name: string, spec: JsonObject, uid?: string): JsonObject =>
  pod(name, spec, {
    annotations: { 'kubernetes.io/config.mirror': 'mirror' },
    ...(uid === undefined
      ? {}
      : { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'corpus-self', uid, controller: true }] }),
  });
const uidOf = (object: JsonObject): string => String((object.metadata as JsonObject).uid);
const apart = (topologyKey: string): JsonObject => ({
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: {} }] },
});
export const admissionCases: readonly Case[] = [
  {
    name: 'admission: quota of pods',
    steps: [
      ...quota('compute', {
        pods: '3',
        'requests.cpu': '1',
        'limits.memory': '1Gi',
        'requests.ephemeral-storage': '1Gi',
        'requests.example.com/gpu': '2',
        'hugepages-2Mi': '4Mi',
      }),
      ...meanwhile('made'),
      post('says nothing', pods, pod('silent')),
      post('two containers that say little', pods, {
        ...pod('two', {
          containers: [
            { name: 'b', image: 'x', resources: { requests: { cpu: '1' } } },
            { name: 'a', image: 'x' },
          ],
        }),
      }),
      post('too much', pods, asking('much', { requests: { cpu: '2' }, limits: { memory: '2Gi' } })),
      post('fits', pods, asking('fits', { requests: { cpu: '600m' }, limits: { memory: '512Mi' } })),
      get('used once', `${quotas}/compute`),
      post('fits no more', pods, asking('late', { requests: { cpu: '600m' }, limits: { memory: '1Mi' } })),
      post('dry run', `${pods}?dryRun=All`, asking('dry', { requests: { cpu: '400m' }, limits: { memory: '1Mi' } })),
      post(
        'extended resources',
        pods,
        asking('gpu', {
          requests: { cpu: '1m', 'example.com/gpu': '1' },
          limits: { memory: '1Mi', 'example.com/gpu': '1', 'hugepages-2Mi': '2Mi' },
        }),
      ),
      post(
        'too many extended resources',
        pods,
        asking('gpus', {
          requests: { cpu: '1m', 'example.com/gpu': '2' },
          limits: { memory: '1Mi', 'example.com/gpu': '2' },
        }),
      ),
      post(
        'of the pod as a whole',
        pods,
        pod('whole', { resources: { requests: { cpu: '100m' }, limits: { memory: '1Mi' } } }),
      ),
      post('one pod too many', pods, asking('fourth', { requests: { cpu: '1m' }, limits: { memory: '1Mi' } })),
      get('used at the end', `${quotas}/compute`),
      patch('strategic', 'resize to too much', `${pods}/fits/resize`, {
        spec: { containers: [{ name: 'main', resources: { requests: { cpu: '3' } } }] },
      }),
      patch('strategic', 'resize', `${pods}/fits/resize`, {
        spec: { containers: [{ name: 'main', resources: { requests: { cpu: '700m' } } }] },
      }),
      get('used after the resize', `${quotas}/compute`),
    ],
  },
  {
    name: 'admission: scopes of quotas',
    steps: [
      ...quota('best', { pods: '1' }, { scopes: ['BestEffort'] }),
      ...quota('rest', { pods: '1', cpu: '1' }, { scopes: ['NotBestEffort', 'NotTerminating'] }),
      ...quota('ending', { pods: '0' }, { scopes: ['Terminating'] }),
      ...meanwhile('made'),
      post('best effort', pods, pod('best')),
      post('second best effort', pods, pod('second')),
      post('with requests', pods, asking('rest', { requests: { cpu: '1' } })),
      post('second with requests', pods, asking('more', { requests: { cpu: '1m' } })),
      post('that ends', pods, asking('ending', { requests: { cpu: '1m' } }, { activeDeadlineSeconds: 5 })),
      get('used by the best', `${quotas}/best`),
      get('used by the rest', `${quotas}/rest`),
      get('used by those that end', `${quotas}/ending`),
    ],
  },
  {
    name: 'admission: scopes by class and affinity',
    steps: [
      ...quota(
        'critical',
        { pods: '0' },
        {
          scopeSelector: {
            matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }],
          },
        },
      ),
      ...quota('far', { pods: '0' }, { scopes: ['CrossNamespacePodAffinity'] }),
      ...meanwhile('made'),
      post(
        'that is critical',
        pods,
        asking('critical', { requests: { cpu: '1m' } }, { priorityClassName: 'system-node-critical' }),
      ),
      post(
        'that looks elsewhere',
        pods,
        asking(
          'far',
          { requests: { cpu: '1m' } },
          {
            affinity: {
              podAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { topologyKey: 'kubernetes.io/hostname', namespaces: ['other'], labelSelector: {} },
                ],
              },
            },
          },
        ),
      ),
      post('that does neither', pods, pod('neither')),
    ],
  },
  {
    name: 'admission: quota of other objects',
    steps: [
      ...quota('objects', {
        configmaps: '2',
        'count/secrets': '1',
        'count/deployments.apps': '0',
        services: '2',
        'services.nodeports': '1',
        'services.loadbalancers': '0',
        persistentvolumeclaims: '2',
        'requests.storage': '3Gi',
        'gold.storageclass.storage.k8s.io/requests.storage': '1Gi',
      }),
      ...meanwhile('made'),
      post('first config map', configMaps, configMap('first')),
      post('second config map', configMaps, configMap('second')),
      post('third config map', configMaps, configMap('third')),
      put('change of one', `${configMaps}/first`, configMap('first', { data: { a: 'b' } })),
      post('secret', core('secrets'), { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } }),
      post('second secret', core('secrets'), { apiVersion: 'v1', kind: 'Secret', metadata: { name: 't' } }),
      post('load balancer', services, service('balanced', { type: 'LoadBalancer' })),
      post(
        'too many node ports',
        services,
        service('ports', {
          type: 'NodePort',
          ports: [
            { name: 'a', port: 1 },
            { name: 'b', port: 2 },
          ],
        }),
      ),
      post('claim', claims, claim('one', '1Gi')),
      post('too large a claim', claims, claim('large', '2500Mi')),
      post('too large a claim of its class', claims, claim('gold', '1500Mi', { storageClassName: 'gold' })),
      post('claim of a class', claims, claim('silver', '500Mi', { storageClassName: 'silver' })),
      post('third claim', claims, claim('three', '1Mi')),
      get('used', `${quotas}/objects`),
      ...quota('devices', {
        'count/resourceclaims.resource.k8s.io': '2',
        'lamps.deviceclass.resource.k8s.io/devices': '3',
        'count/replicasets.apps': '1',
      }),
      ...meanwhile('devices'),
      post('claim of a device', devices, deviceClaim('one', { exactly: { deviceClassName: 'lamps' } })),
      post(
        'claim of too many devices',
        devices,
        deviceClaim('many', { exactly: { deviceClassName: 'lamps', allocationMode: 'ExactCount', count: 3 } }),
      ),
      post(
        'claim of all devices',
        devices,
        deviceClaim('all', { exactly: { deviceClassName: 'lamps', allocationMode: 'All' } }),
      ),
      post(
        'claim of some devices',
        devices,
        deviceClaim('some', {
          firstAvailable: [
            { name: 'a', deviceClassName: 'lamps', allocationMode: 'ExactCount', count: 2 },
            { name: 'b', deviceClassName: 'lamps' },
          ],
        }),
      ),
      post('third claim of devices', devices, deviceClaim('third', { exactly: { deviceClassName: 'fans' } })),
      get('used devices', `${quotas}/devices`),
      ...quota('unknown', { secrets: '9' }, {}, {}),
      ...meanwhile('uncounted'),
      post('while nothing is counted', core('secrets'), { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'u' } }),
    ],
  },
  {
    name: 'admission: limit ranges',
    steps: [
      post(
        'create',
        ranges,
        range(
          'bounds',
          {
            type: 'Container',
            min: { cpu: '50m' },
            max: { cpu: '1', memory: '1Gi' },
            default: { cpu: '500m', memory: '256Mi' },
            defaultRequest: { cpu: '100m' },
            maxLimitRequestRatio: { cpu: '8' },
          },
          { type: 'Pod', max: { cpu: '1500m', 'ephemeral-storage': '1Gi' } },
          { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } },
        ),
      ),
      ...meanwhile('made'),
      post('says nothing', pods, pod('silent')),
      post('bounded', pods, asking('bounded', { limits: { cpu: '1', 'ephemeral-storage': '1Mi' } })),
      post(
        'too little',
        pods,
        asking('little', { requests: { cpu: '10m' }, limits: { cpu: '20m', 'ephemeral-storage': '1' } }),
      ),
      post('too much', pods, asking('much', { limits: { cpu: '2', 'ephemeral-storage': '1' } })),
      post(
        'too far apart',
        pods,
        asking('apart', { requests: { cpu: '60m' }, limits: { cpu: '1', 'ephemeral-storage': '1Mi' } }),
      ),
      post('together too much', pods, {
        ...pod('together', {
          initContainers: [{ name: 'side', image: 'x', restartPolicy: 'Always', resources: { limits: { cpu: '1' } } }],
          containers: [{ name: 'main', image: 'x', resources: { limits: { cpu: '1', 'ephemeral-storage': '1Mi' } } }],
        }),
      }),
      post('small claim', claims, claim('small', '1Mi')),
      post('large claim', claims, claim('large', '3Gi')),
      post('fitting claim', claims, claim('fits', '1500Mi')),
      patch('strategic', 'resize beyond', `${pods}/bounded/resize`, {
        spec: { containers: [{ name: 'main', resources: { requests: { cpu: '2' }, limits: { cpu: '2' } } }] },
      }),
    ],
  },
  {
    name: 'admission: priorities',
    steps: [
      post('with its own value', `${pods}?dryRun=All`, pod('own', { priority: 5 })),
      post('with the right value', `${pods}?dryRun=All`, pod('own', { priority: 0 })),
      post('of no class', `${pods}?dryRun=All`, pod('own', { priorityClassName: 'nothing' })),
      post('create class', classes, {
        metadata: { name: 'corpus-class' },
        value: 100,
        preemptionPolicy: 'Never',
        globalDefault: true,
      }),
      ...meanwhile('made'),
      post('critical pod', pods, pod('critical', { priorityClassName: 'system-cluster-critical' })),
      put(
        'without what it was given',
        `${pods}/critical`,
        pod('critical', { priorityClassName: 'system-cluster-critical' }),
      ),
      get('get', `${pods}/critical`),
      remove('remove', `${pods}/critical`),
      post('pod of the class', pods, pod('classed', { priorityClassName: 'corpus-class' })),
      post(
        'with its own policy',
        `${pods}?dryRun=All`,
        pod('own', { priorityClassName: 'corpus-class', preemptionPolicy: 'PreemptLowerPriority' }),
      ),
      post('second default', classes, { metadata: { name: 'corpus-second' }, value: 1, globalDefault: true }),
      patch('merge', 'the default itself', `${classes}/corpus-class`, { description: 'still the default' }),
      remove('remove class', `${classes}/corpus-class`),
    ],
  },
  {
    name: 'admission: tolerations and taints',
    steps: [
      post(
        'some of their own',
        pods,
        pod('own', { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }] }),
      ),
      post('all of their own', pods, pod('all', { tolerations: [{ operator: 'Exists' }] })),
      patch('json', 'taken away', `${pods}/own`, [{ op: 'remove', path: '/spec/tolerations' }]),
      post('node', nodes, node('corpus-tainted', { cpu: '1' })),
      remove('remove node', `${nodes}/corpus-tainted`),
    ],
  },
  {
    name: 'admission: topology of pods',
    steps: [
      post(
        'node',
        nodes,
        node(
          'corpus-zoned',
          { cpu: '1' },
          { 'topology.kubernetes.io/zone': 'z', 'topology.kubernetes.io/region': 'r', other: 'o' },
        ),
      ),
      ...meanwhile('made'),
      post('made for it', pods, pod('made', { nodeName: 'corpus-zoned' })),
      post('unbound', pods, pod('bound')),
      post('bind', `${pods}/bound/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'bound' },
        target: { kind: 'Node', name: 'corpus-zoned' },
      }),
      get('bound', `${pods}/bound`),
      remove('remove node', `${nodes}/corpus-zoned`),
    ],
  },
  {
    name: 'admission: resizing on a node',
    steps: [
      post('linux', nodes, node('corpus-linux', { cpu: '4', memory: '8Gi' }, { 'kubernetes.io/os': 'linux' })),
      post('windows', nodes, node('corpus-windows', { cpu: '4' }, { 'kubernetes.io/os': 'windows' })),
      ...meanwhile('made'),
      ...['linux', 'windows', 'nowhere'].flatMap((where) => [
        post(
          `on ${where}`,
          pods,
          asking(where, { requests: { cpu: '1', memory: '1Gi' } }, { nodeName: `corpus-${where}` }),
        ),
        patch('strategic', `resize on ${where}`, `${pods}/${where}/resize`, {
          spec: { containers: [{ name: 'main', resources: { requests: { cpu: '2' } } }] },
        }),
        patch('strategic', `no change on ${where}`, `${pods}/${where}/resize`, {
          spec: { containers: [{ name: 'main' }] },
        }),
        patch('strategic', `too much on ${where}`, `${pods}/${where}/resize`, {
          spec: { containers: [{ name: 'main', resources: { requests: { cpu: '5', memory: '9Gi' } } }] },
        }),
      ]),
      post('pod with resources of its own', pods, {
        ...pod('whole', {
          nodeName: 'corpus-linux',
          resources: { requests: { cpu: '1' } },
          initContainers: [{ name: 'i', image: 'x', resources: { requests: { cpu: '1' } } }],
          containers: [{ name: 'main', image: 'x' }],
        }),
      }),
      patch('strategic', 'resize of the whole pod', `${pods}/whole/resize`, {
        spec: { resources: { requests: { cpu: '2' } } },
      }),
      patch('strategic', 'resize of an init container', `${pods}/whole/resize`, {
        spec: { initContainers: [{ name: 'i', resources: { requests: { cpu: '500m' } } }] },
      }),
      patch('merge', 'declare it', `${nodes}/corpus-linux/status`, {
        status: { declaredFeatures: ['InPlacePodLevelResourcesVerticalScaling'] },
      }),
      ...meanwhile('declared'),
      patch('strategic', 'resize of the whole pod again', `${pods}/whole/resize`, {
        spec: { resources: { requests: { cpu: '2' } } },
      }),
      remove('remove linux', `${nodes}/corpus-linux`),
      remove('remove windows', `${nodes}/corpus-windows`),
    ],
  },
  {
    name: 'admission: classes',
    steps: [
      ...['corpus-old', 'corpus-new'].map((name) =>
        post(`storage class ${name}`, '/apis/storage.k8s.io/v1/storageclasses', {
          metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
          provisioner: 'example.com/p',
          allowVolumeExpansion: name === 'corpus-new',
        }),
      ),
      post('ingress class', '/apis/networking.k8s.io/v1/ingressclasses', {
        metadata: { name: 'corpus-ingress', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
        spec: { controller: 'example.com/c' },
      }),
      post('runtime class', '/apis/node.k8s.io/v1/runtimeclasses', {
        metadata: { name: 'corpus-runtime' },
        handler: 'h',
        overhead: { podFixed: { cpu: '100m' } },
        scheduling: {
          nodeSelector: { a: 'b' },
          tolerations: [
            { key: 'k', operator: 'Exists' },
            { key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' },
          ],
        },
      }),
      ...meanwhile('made'),
      post('pod of it', pods, pod('boxed', { runtimeClassName: 'corpus-runtime', nodeSelector: { c: 'd' } })),
      post('conflict', pods, pod('conflict', { runtimeClassName: 'corpus-runtime', nodeSelector: { a: 'c' } })),
      post('other overhead', pods, pod('other', { runtimeClassName: 'corpus-runtime', overhead: { cpu: '1' } })),
      post('overhead without a class', pods, pod('none', { overhead: { cpu: '1' } })),
      post('no such class', pods, pod('lost', { runtimeClassName: 'nothing' })),
      remove('remove runtime class', '/apis/node.k8s.io/v1/runtimeclasses/corpus-runtime'),
      post('claim', claims, claim('claim', '1Gi')),
      post('claim of no class', claims, claim('bare', '1Gi', { storageClassName: '' })),
      patch('merge', 'grow too early', `${claims}/claim`, { spec: { resources: { requests: { storage: '2Gi' } } } }),
      patch('merge', 'bind', `${claims}/claim/status`, { status: { phase: 'Bound', capacity: { storage: '1Gi' } } }),
      patch('merge', 'grow', `${claims}/claim`, { spec: { resources: { requests: { storage: '2Gi' } } } }),
      patch('merge', 'bind the bare', `${claims}/bare/status`, {
        status: { phase: 'Bound', capacity: { storage: '1Gi' } },
      }),
      patch('merge', 'grow the bare', `${claims}/bare`, { spec: { resources: { requests: { storage: '2Gi' } } } }),
      remove('remove old', '/apis/storage.k8s.io/v1/storageclasses/corpus-old'),
      remove('remove new', '/apis/storage.k8s.io/v1/storageclasses/corpus-new'),
      post('ingress', '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses', {
        metadata: { name: 'plain' },
        spec: { defaultBackend: { service: { name: 's', port: { number: 1 } } } },
      }),
      post('ingress with the annotation', '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses', {
        metadata: { name: 'noted', annotations: { 'kubernetes.io/ingress.class': 'c' } },
        spec: { defaultBackend: { service: { name: 's', port: { number: 1 } } } },
      }),
      remove('remove ingress class', '/apis/networking.k8s.io/v1/ingressclasses/corpus-ingress'),
    ],
  },
  {
    // Compares something only where both servers run NodeRestriction.
    name: 'admission: what nodes may write',
    steps: [
      post('permission', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
        metadata: { name: 'corpus-nodes' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
      }),
      post('other node', nodes, node('corpus-other', { cpu: '1' })),
      post('pod elsewhere', pods, pod('elsewhere', { nodeName: 'corpus-other' })),
      post('pod here', pods, pod('here', { nodeName: 'corpus-self' })),
      post('claim', claims, claim('claimed', '1Gi')),
      ...meanwhile('made'),
      ...asNode([
        post('itself', nodes, node('corpus-self', { cpu: '1' }, { 'kubernetes.io/os': 'linux', mine: 'yes' })),
        post('another', nodes, node('corpus-third', { cpu: '1' })),
        patch('merge', 'labels that it may set', `${nodes}/corpus-self`, {
          metadata: { labels: { 'node.kubernetes.io/x': 'y', other: 'z' } },
        }),
        patch('merge', 'labels that it may not set', `${nodes}/corpus-self`, {
          metadata: {
            labels: { 'kubernetes.io/role': 'x', 'a.node-restriction.kubernetes.io/b': 'c', 'x.k8s.io/y': 'z' },
          },
        }),
        patch('merge', 'taints', `${nodes}/corpus-self`, { spec: { taints: null } }),
        patch('merge', 'its status', `${nodes}/corpus-self/status`, { status: { capacity: { cpu: '2' } } }),
        patch('merge', 'the other node', `${nodes}/corpus-other`, { metadata: { labels: { a: 'b' } } }),
        post('plain pod', pods, pod('plain')),
        post('mirror without an owner', pods, mirror('mirror', { nodeName: 'corpus-self' })),
        post('mirror elsewhere', pods, mirror('mirror', { nodeName: 'corpus-other' })),
        post('mirror with a wrong owner', pods, mirror('mirror', { nodeName: 'corpus-self' }, 'wrong')),
        post('mirror that needs the API', pods, (seen) =>
          mirror(
            'mirror',
            { nodeName: 'corpus-self', volumes: [{ name: 'c', configMap: { name: 'c' } }] },
            uidOf(seen.body('itself')),
          ),
        ),
        post('mirror', pods, (seen) => mirror('mirror', { nodeName: 'corpus-self' }, uidOf(seen.body('itself')))),
        patch('merge', 'status of its pod', `${pods}/here/status`, { status: { phase: 'Running' } }),
        patch('merge', 'labels of its pod', `${pods}/here/status`, { metadata: { labels: { a: 'b' } } }),
        patch('merge', 'status of another pod', `${pods}/elsewhere/status`, { status: { phase: 'Running' } }),
        patch('merge', 'its pod', `${pods}/here`, { metadata: { labels: { a: 'b' } } }),
        patch('strategic', 'an ephemeral container', `${pods}/here/ephemeralcontainers`, {
          spec: { ephemeralContainers: [{ name: 'e', image: 'x' }] },
        }),
        post('evict another pod', `${pods}/elsewhere/eviction`, { metadata: { name: 'elsewhere' } }),
        post('evict its pod', `${pods}/here/eviction?dryRun=All`, { metadata: { name: 'here' } }),
        remove('delete another pod', `${pods}/elsewhere`),
        remove('delete its pod', `${pods}/here`, { gracePeriodSeconds: 0 }),
        patch('merge', 'labels of a claim', `${claims}/claimed`, { metadata: { labels: { a: 'b' } } }),
        patch('merge', 'capacity of a claim', `${claims}/claimed/status`, { status: { capacity: { storage: '1Gi' } } }),
        post('its lease', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
          metadata: { name: 'corpus-self' },
        }),
        post('another lease', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
          metadata: { name: 'corpus-other' },
        }),
        post('lease elsewhere', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases', {
          metadata: { name: 'corpus-self' },
        }),
        remove('remove lease', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/corpus-self'),
        post('its CSINode', '/apis/storage.k8s.io/v1/csinodes', {
          metadata: { name: 'corpus-self' },
          spec: { drivers: [] },
        }),
        post('another CSINode', '/apis/storage.k8s.io/v1/csinodes', {
          metadata: { name: 'corpus-other' },
          spec: { drivers: [] },
        }),
        remove('remove CSINode', '/apis/storage.k8s.io/v1/csinodes/corpus-self'),
        remove('remove the other node', `${nodes}/corpus-other`),
        remove('remove itself', `${nodes}/corpus-self`),
      ]),
      remove('remove node', `${nodes}/corpus-other`),
      remove('remove permission', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/corpus-nodes'),
    ],
  },
  {
    // Compares something only where both servers run LimitPodHardAntiAffinityTopology and DenyServiceExternalIPs.
    name: 'admission: plugins that are off by default',
    steps: [
      post('hard anti-affinity by zone', pods, pod('zoned', { affinity: apart('topology.kubernetes.io/zone') })),
      post('hard anti-affinity by host', pods, pod('hosted', { affinity: apart('kubernetes.io/hostname') })),
      post('external address', services, service('outside', { externalIPs: ['192.0.2.1'] })),
    ],
  },
  {
    // Compares something only where both servers run PodNodeSelector and PodTolerationRestriction.
    name: 'admission: nodes of a namespace',
    steps: [
      annotate('annotate', {
        'scheduler.alpha.kubernetes.io/node-selector': 'pool=blue, disk = ssd',
        'scheduler.alpha.kubernetes.io/defaultTolerations': '[{"key":"blue","operator":"Exists"}]',
        'scheduler.alpha.kubernetes.io/tolerationsWhitelist':
          '[{"key":"blue","operator":"Exists"},{"key":"node.kubernetes.io/memory-pressure","operator":"Exists"},' +
          '{"operator":"Exists","effect":"NoExecute"}]',
      }),
      ...meanwhile('annotated'),
      post('plain', pods, pod('plain')),
      post('with a selector', pods, pod('more', { nodeSelector: { pool: 'blue', zone: 'a' } })),
      post('with a conflicting selector', pods, pod('other', { nodeSelector: { pool: 'red' } })),
      post('tolerant', pods, pod('tolerant', { tolerations: [{ key: 'blue', operator: 'Equal', value: 'x' }] })),
      post('too tolerant', pods, pod('too', { tolerations: [{ key: 'red', operator: 'Exists' }] })),
      post('burstable', pods, asking('burstable', { requests: { cpu: '1m' } })),
      patch('merge', 'change', `${pods}/burstable`, { metadata: { labels: { a: 'b' } } }),
      annotate('annotate badly', { 'scheduler.alpha.kubernetes.io/node-selector': 'pool' }),
      ...meanwhile('badly'),
      post('under a bad selector', pods, pod('bad')),
      annotate('without', {
        'scheduler.alpha.kubernetes.io/node-selector': null,
        'scheduler.alpha.kubernetes.io/defaultTolerations': null,
        'scheduler.alpha.kubernetes.io/tolerationsWhitelist': null,
      }),
    ],
  },
  {
    // Compares something only where both servers run ServiceAccount.
    name: 'admission: accounts of pods',
    steps: [
      post('without an account', pods, pod('early')),
      post('of no account', pods, pod('lost', { serviceAccountName: 'nobody' })),
      post('default account', accounts, {
        metadata: { name: 'default' },
        imagePullSecrets: [{ name: 'pull' }],
        secrets: [{ name: 'known' }],
      }),
      post('quiet account', accounts, { metadata: { name: 'quiet' }, automountServiceAccountToken: false }),
      post('strict account', accounts, {
        metadata: { name: 'strict', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
        imagePullSecrets: [{ name: 'pull' }],
        secrets: [{ name: 'known' }],
      }),
      ...meanwhile('accounts'),
      post('plain', pods, pod('plain')),
      get('see it', `${pods}/plain`),
      post('with pull secrets of its own', pods, pod('puller', { imagePullSecrets: [{ name: 'own' }] })),
      post('without a token', pods, pod('tokenless', { automountServiceAccountToken: false })),
      post('of the quiet account', pods, pod('quiet', { serviceAccountName: 'quiet' })),
      post(
        'of the quiet account, with a token',
        pods,
        pod('loud', { serviceAccount: 'quiet', automountServiceAccountToken: true }),
      ),
      post('with its own mount', pods, {
        ...pod('mounted', {
          initContainers: [{ name: 'i', image: 'x' }],
          containers: [{ name: 'main', image: 'x', volumeMounts: [{ name: 'v', mountPath: tokenPath }] }],
          volumes: [{ name: 'v', emptyDir: {} }],
        }),
      }),
      post('mirror', pods, pod('mirror', {}, { annotations: { 'kubernetes.io/config.mirror': 'm' } })),
      post(
        'mirror with an account',
        pods,
        pod(
          'mirror-account',
          { serviceAccountName: 'default' },
          { annotations: { 'kubernetes.io/config.mirror': 'm' } },
        ),
      ),
      post(
        'mirror with a secret',
        pods,
        pod(
          'mirror-secret',
          { volumes: [{ name: 's', secret: { secretName: 's' } }] },
          { annotations: { 'kubernetes.io/config.mirror': 'm' } },
        ),
      ),
      ...Object.entries({
        'a known secret': { volumes: [{ name: 's', secret: { secretName: 'known' } }] },
        'an unknown secret': { volumes: [{ name: 's', secret: { secretName: 'unknown' } }] },
        'an unknown pull secret': { imagePullSecrets: [{ name: 'unknown' }] },
        'a variable of an unknown secret': {
          containers: [
            { name: 'm', image: 'x', env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 'unknown', key: 'k' } } }] },
          ],
        },
        'all variables of an unknown secret': {
          initContainers: [{ name: 'i', image: 'x', envFrom: [{ secretRef: { name: 'unknown' } }] }],
        },
      }).map(([what, spec]) =>
        post(`strict: ${what}`, pods, pod(what.replaceAll(' ', '-'), { serviceAccountName: 'strict', ...spec })),
      ),
      patch('strategic', 'strict: ephemeral container', `${pods}/a-known-secret/ephemeralcontainers`, {
        spec: { ephemeralContainers: [{ name: 'e', image: 'x', envFrom: [{ secretRef: { name: 'unknown' } }] }] },
      }),
    ],
  },
];
