/** Updates that the rules of a kind forbid or let through: immutable fields, creation by PUT, status writes. */
import { readCorpus } from '../../corpus/corpus.ts';
import { collectionPath, resources } from '../../corpus/resources.ts';
import { type Case, get, type Json, type JsonObject, patch, post, put, type Step, TABLE } from '../case.ts';
import { deployment, deployments, pod, pods, service, services } from './objects.ts';

const merges = (path: string, bodies: readonly (readonly [string, Json])[]): Step[] =>
  bodies.map(([name, body]) => patch('merge', name, path, body));

const claims = '/api/v1/namespaces/{ns}/persistentvolumeclaims';
const jobs = '/apis/batch/v1/namespaces/{ns}/jobs';
const secrets = '/api/v1/namespaces/{ns}/secrets';
const statefulSets = '/apis/apps/v1/namespaces/{ns}/statefulsets';
const roleBindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings';
const storageClasses = '/apis/storage.k8s.io/v1/storageclasses';
const priorityClasses = '/apis/scheduling.k8s.io/v1/priorityclasses';

const WHEN = '2026-03-01T00:00:00Z';
const condition = (type: string, status = 'True'): JsonObject => ({
  type,
  status,
  lastTransitionTime: WHEN,
  reason: 'Because',
  message: 'It is so.',
});

/** A status for each kind that has one worth showing in a table. */
const statuses: readonly (readonly [string, string, JsonObject, string])[] = [
  [
    'pod',
    pods,
    pod('subject', {
      nodeName: 'corpus-nowhere',
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    }),
    JSON.stringify({
      phase: 'Running',
      podIP: '192.0.2.7',
      podIPs: [{ ip: '192.0.2.7' }],
      hostIP: '192.0.2.1',
      hostIPs: [{ ip: '192.0.2.1' }],
      startTime: WHEN,
      conditions: [condition('Ready', 'False'), condition('Initialized')],
      containerStatuses: [
        { name: 'a', image: 'a', imageID: '', ready: true, restartCount: 2, state: { running: { startedAt: WHEN } } },
        {
          name: 'b',
          image: 'b',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
        },
      ],
    }),
  ],
  [
    'deployment',
    deployments,
    deployment('subject', { replicas: 3 }),
    JSON.stringify({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 2,
      readyReplicas: 1,
      availableReplicas: 1,
      unavailableReplicas: 2,
      conditions: [condition('Available')],
    }),
  ],
  [
    'service',
    services,
    service('subject', { type: 'LoadBalancer' }),
    JSON.stringify({ loadBalancer: { ingress: [{ ip: '192.0.2.80' }, { hostname: 'lb.example.com' }] } }),
  ],
  [
    'job',
    jobs,
    jobNamed('subject', { completions: 4 }),
    JSON.stringify({ active: 1, succeeded: 2, failed: 1, ready: 1, startTime: WHEN, uncountedTerminatedPods: {} }),
  ],
  [
    'claim',
    claims,
    claimNamed('subject'),
    JSON.stringify({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '3Gi' } }),
  ],
  [
    'node',
    '/api/v1/nodes',
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'differential-node', labels: { 'node-role.kubernetes.io/worker': '' } },
    },
    JSON.stringify({
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      conditions: [{ ...condition('Ready'), lastHeartbeatTime: WHEN }],
      addresses: [{ type: 'InternalIP', address: '192.0.2.9' }],
      nodeInfo: {
        kubeletVersion: 'v1.36.0',
        osImage: 'Example Linux',
        kernelVersion: '6.1',
        containerRuntimeVersion: 'sim://1',
        architecture: 'amd64',
        operatingSystem: 'linux',
        bootID: 'b',
        machineID: 'm',
        systemUUID: 's',
        kubeProxyVersion: '',
      },
    }),
  ],
  [
    'autoscaler',
    '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers',
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'subject' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }, maxReplicas: 5 },
    },
    JSON.stringify({
      currentReplicas: 2,
      desiredReplicas: 3,
      conditions: [condition('AbleToScale')],
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 55, averageValue: '110m' } } },
      ],
    }),
  ],
  [
    'ingress',
    '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'subject' },
      spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
    },
    JSON.stringify({ loadBalancer: { ingress: [{ ip: '192.0.2.81', ports: [{ port: 80, protocol: 'TCP' }] }] } }),
  ],
  [
    'disruption budget',
    '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets',
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'subject' }, spec: { minAvailable: 1 } },
    JSON.stringify({
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
      observedGeneration: 1,
    }),
  ],
];

export const updateCases: readonly Case[] = [
  {
    name: 'updates: deployment',
    steps: [
      post('create', deployments, deployment('subject')),
      ...merges(`${deployments}/subject`, [
        ['replicas', { spec: { replicas: 3 } }],
        ['negative replicas', { spec: { replicas: -1 } }],
        ['selector', { spec: { selector: { matchLabels: { app: 'other' } } } }],
        ['template labels', { spec: { template: { metadata: { labels: { app: 'other' } } } } }],
        ['image', { spec: { template: { spec: { containers: [{ name: 'main', image: 'other:1' }] } } } }],
        ['recreate with rolling update', { spec: { strategy: { type: 'Recreate' } } }],
        ['recreate', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }],
        ['unknown strategy', { spec: { strategy: { type: 'bogus' } } }],
        [
          'no surge, none unavailable',
          { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } } },
        ],
        ['bad percentage', { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25' } } } }],
        ['progress deadline', { spec: { progressDeadlineSeconds: 5, minReadySeconds: 10 } }],
        ['status through the object', { status: { replicas: 7 } }],
        ['metadata alone', { metadata: { labels: { a: 'b' } } }],
      ]),
      get('get', `${deployments}/subject`),
    ],
  },
  {
    name: 'updates: service',
    steps: [
      post('create', services, service('subject', { ports: [{ name: 'a', port: 80 }] })),
      ...merges(`${services}/subject`, [
        ['cluster address', { spec: { clusterIP: '10.0.0.250', clusterIPs: ['10.0.0.250'] } }],
        ['cluster address away', { spec: { clusterIP: null, clusterIPs: null } }],
        ['headless', { spec: { clusterIP: 'None', clusterIPs: ['None'] } }],
        ['to node port', { spec: { type: 'NodePort' } }],
        ['back to cluster', { spec: { type: 'ClusterIP' } }],
        ['to load balancer', { spec: { type: 'LoadBalancer' } }],
        ['to external name', { spec: { type: 'ExternalName' } }],
        ['to external name with a name', { spec: { type: 'ExternalName', externalName: 'x.example.com' } }],
        ['unknown type', { spec: { type: 'bogus' } }],
        ['unnamed second port', { spec: { ports: [{ port: 80 }, { port: 81 }] } }],
        [
          'same port twice',
          {
            spec: {
              ports: [
                { name: 'a', port: 80 },
                { name: 'b', port: 80 },
              ],
            },
          },
        ],
        ['no ports', { spec: { ports: null } }],
        ['port too large', { spec: { ports: [{ port: 70_000 }] } }],
        ['family policy', { spec: { ipFamilyPolicy: 'RequireDualStack' } }],
        ['affinity', { spec: { sessionAffinity: 'ClientIP' } }],
        ['affinity unknown', { spec: { sessionAffinity: 'bogus' } }],
      ]),
    ],
  },
  {
    name: 'updates: pod',
    steps: [
      post('create', pods, pod('subject')),
      ...merges(`${pods}/subject`, [
        ['labels', { metadata: { labels: { a: 'b' } } }],
        ['node name', { spec: { nodeName: 'x' } }],
        ['restart policy', { spec: { restartPolicy: 'Never' } }],
        ['service account', { spec: { serviceAccountName: 'x' } }],
        ['volumes', { spec: { volumes: [{ name: 'v' }] } }],
        ['host network', { spec: { hostNetwork: true } }],
        ['tolerations away', { spec: { tolerations: null } }],
        ['status through the object', { status: { phase: 'Running' } }],
        ['gates', { spec: { schedulingGates: [{ name: 'example.com/late' }] } }],
      ]),
      patch('merge', 'status phase', `${pods}/subject/status`, { status: { phase: 'Succeeded' } }),
      patch('merge', 'spec through the status', `${pods}/subject/status`, { spec: { nodeName: 'x' } }),
      patch('merge', 'status phase unknown', `${pods}/subject/status`, { status: { phase: 'bogus' } }),
    ],
  },
  {
    name: 'updates: claim',
    steps: [
      post('create', claims, claimNamed('subject')),
      ...merges(`${claims}/subject`, [
        ['size', { spec: { resources: { requests: { storage: '5Gi' } } } }],
        ['class', { spec: { storageClassName: 'other' } }],
        ['modes', { spec: { accessModes: ['ReadWriteMany'] } }],
        ['volume name', { spec: { volumeName: 'v' } }],
        ['volume name again', { spec: { volumeName: 'w' } }],
      ]),
    ],
  },
  {
    name: 'updates: job',
    steps: [
      post('create', jobs, jobNamed('subject', { completions: 2 })),
      ...merges(`${jobs}/subject`, [
        ['parallelism', { spec: { parallelism: 3 } }],
        ['completions', { spec: { completions: 5 } }],
        ['template', { spec: { template: { spec: { containers: [{ name: 'a', image: 'other' }] } } } }],
        ['selector', { spec: { selector: { matchLabels: { a: 'b' } } } }],
        ['suspend', { spec: { suspend: true } }],
        ['completion mode', { spec: { completionMode: 'Indexed' } }],
        ['backoff limit', { spec: { backoffLimit: -1 } }],
        ['time to live', { spec: { ttlSecondsAfterFinished: 5 } }],
      ]),
    ],
  },
  {
    name: 'updates: secret',
    steps: [
      post('create', secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'subject' }, data: { a: 'MQ==' } }),
      ...merges(`${secrets}/subject`, [
        ['type', { type: 'example.com/other' }],
        ['string data', { stringData: { a: 'two', b: 'three' } }],
        ['not base64', { data: { a: '!' } }],
        ['bad key', { data: { 'a b': 'MQ==' } }],
        ['immutable', { immutable: true }],
        ['change of the immutable', { data: { a: 'Mg==' } }],
        ['labels of the immutable', { metadata: { labels: { a: 'b' } } }],
      ]),
      ...[
        'kubernetes.io/tls',
        'kubernetes.io/basic-auth',
        'kubernetes.io/ssh-auth',
        'kubernetes.io/dockercfg',
        'kubernetes.io/dockerconfigjson',
        'kubernetes.io/service-account-token',
        'bootstrap.kubernetes.io/token',
        'anything',
      ].map((type) =>
        post(`create ${type}`, `${secrets}?dryRun=All`, {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'typed' },
          type,
        }),
      ),
    ],
  },
  {
    name: 'updates: stateful set',
    steps: [
      post('create', statefulSets, {
        ...deployment('subject'),
        kind: 'StatefulSet',
        spec: { ...(deployment('subject').spec as JsonObject), serviceName: 's' },
      }),
      ...merges(`${statefulSets}/subject`, [
        ['replicas', { spec: { replicas: 0 } }],
        ['service name', { spec: { serviceName: 'other' } }],
        ['pod management', { spec: { podManagementPolicy: 'Parallel' } }],
        [
          'claims',
          {
            spec: {
              volumeClaimTemplates: [
                {
                  metadata: { name: 'c' },
                  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
                },
              ],
            },
          },
        ],
        ['strategy', { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } }],
        ['selector', { spec: { selector: { matchLabels: { a: 'b' } } } }],
      ]),
    ],
  },
  {
    name: 'updates: what never changes',
    steps: [
      post('create role binding', roleBindings, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'subject' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' },
      }),
      patch('merge', 'role', `${roleBindings}/subject`, { roleRef: { name: 'b' } }),
      patch('merge', 'subjects', `${roleBindings}/subject`, {
        subjects: [{ kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' }],
      }),
      patch('merge', 'unknown subject', `${roleBindings}/subject`, { subjects: [{ kind: 'Bogus', name: 'u' }] }),
      post('create storage class', storageClasses, {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'differential' },
        provisioner: 'a.example.com',
      }),
      patch('merge', 'provisioner', `${storageClasses}/differential`, { provisioner: 'b.example.com' }),
      patch('merge', 'reclaim policy', `${storageClasses}/differential`, { reclaimPolicy: 'Retain' }),
      patch('merge', 'expansion', `${storageClasses}/differential`, { allowVolumeExpansion: true }),
      post('create priority class', priorityClasses, {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'differential' },
        value: 5,
      }),
      patch('merge', 'value', `${priorityClasses}/differential`, { value: 6 }),
      patch('merge', 'description', `${priorityClasses}/differential`, { description: 'x' }),
      post('system priority', `${priorityClasses}?dryRun=All`, {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'system-mine' },
        value: 5,
      }),
      post('too high', `${priorityClasses}?dryRun=All`, {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'high' },
        value: 2_000_000_000,
      }),
    ],
  },
  ...statuses.map(([name, path, object, status]): Case => {
    const target = `${path}/${(object.metadata as { name: string }).name}`;
    return {
      name: `updates: status of a ${name}`,
      steps: [
        post('create', path, object),
        patch('merge', 'patch', `${target}/status`, { status: JSON.parse(status) as Json }),
        get('get', target),
        get('get as table', target, { accept: TABLE }),
        put('update of the object', target, (seen) => ({ ...seen.body('get'), status: {} })),
        put('update of the status', `${target}/status`, (seen) => ({
          ...seen.body('update of the object'),
          status: {},
        })),
      ],
    };
  }),
  {
    name: 'updates: creation by PUT',
    steps: resources
      .filter(({ createOnly }) => !createOnly)
      .map((resource) => {
        const manifest = readCorpus().find((other) => other.resource === resource);
        const object = JSON.parse(
          JSON.stringify(manifest?.object ?? {}).replaceAll('"namespace":"default"', '"namespace":"{ns}"'),
        ) as JsonObject;
        return put(
          `${resource.apiVersion} ${resource.kind}`,
          `${collectionPath(resource)}/${manifest?.object.metadata?.name}?dryRun=All`,
          object,
        );
      }),
  },
];

function jobNamed(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } }, ...spec },
  };
}

function claimNamed(name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: {
      storageClassName: 'corpus-slow',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '3Gi' } },
    },
  };
}
