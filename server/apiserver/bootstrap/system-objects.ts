/** What exists in a cluster from its first moment: the system namespaces, priority classes and the kubernetes service. */
import type { FieldError } from '../../apimachinery/errors/field-error.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import { systemMasters } from '../../apimachinery/request/user-info.ts';
import { checkEndpointIp } from '../../apis/validation/ip.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';

export interface OwnWrites {
  readonly scopeOf: (group: string, version: string, resource: string) => ResourceScope | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export interface BootstrapOptions extends OwnWrites {
  /** First address of --service-cluster-ip-range: the kubernetes service's. */
  readonly serviceAddress: string;
  readonly advertiseAddress: string;
  readonly port: number;
}

const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];
const systemPriorityClasses = [
  { name: 'system-node-critical', value: 2_000_001_000, description: 'For pods that a node cannot do without.' },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description: 'For pods that the cluster needs, on any node.',
  },
];

export async function createSystemObjects(options: BootstrapOptions): Promise<void> {
  for (const name of systemNamespaces) {
    await createMissing(options, ['', 'v1', 'namespaces'], { metadata: { name } });
  }
  for (const { name, ...rest } of systemPriorityClasses) {
    await createMissing(options, ['scheduling.k8s.io', 'v1', 'priorityclasses'], { metadata: { name }, ...rest });
  }
  await createMissing(options, ['', 'v1', 'services'], kubernetesService(options));
  const { advertiseAddress, port } = options;
  // Endpoints cannot have a loopback address: the service then has none, as upstream.
  if (!isEndpointAddress(advertiseAddress)) return;
  const meta = { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } };
  await createMissing(options, ['discovery.k8s.io', 'v1', 'endpointslices'], {
    metadata: meta,
    addressType: advertiseAddress.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [advertiseAddress], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  });
  await createMissing(options, ['', 'v1', 'endpoints'], {
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip: advertiseAddress }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  });
}

function isEndpointAddress(address: string): boolean {
  const errors: FieldError[] = [];
  checkEndpointIp(address, '', errors);
  return errors.length === 0;
}

function kubernetesService({ serviceAddress, port }: BootstrapOptions): KubeObject {
  return {
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceAddress,
      clusterIPs: [serviceAddress],
      ipFamilies: [serviceAddress.includes(':') ? 'IPv6' : 'IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
    },
  };
}

/** Several servers may start on one store at once: whoever is first makes it. */
export async function createMissing(
  options: OwnWrites,
  path: [string, string, string],
  object: KubeObject,
): Promise<void> {
  const scope = options.scopeOf(...path);
  if (scope === undefined) return;
  const { clock, random } = options;
  const { name = '', namespace = '' } = object.metadata;
  if (scope.cache.get(scope.store.key(namespace, name)) !== undefined) return;
  const user = { name: 'system:apiserver', uid: '', groups: [systemMasters], extra: {} };
  const complete = scope.decodeOwn(object);
  try {
    await scope.store.create(complete, {
      context: { clock, random, user, namespace, dryRun: false },
      namespace,
      warn: () => undefined,
    });
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
  }
}
