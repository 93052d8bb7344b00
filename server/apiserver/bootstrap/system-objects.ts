/** What exists in a cluster from its first moment: the system namespaces, priority classes and the kubernetes service. */
import type { FieldError } from '../../apimachinery/errors/field-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { checkEndpointIp } from '../../apis/validation/ip.ts';
import { OwnObjects, type OwnObjectsOptions } from './own-objects.ts';

export interface BootstrapOptions extends OwnObjectsOptions {
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
  // Side by side, so that they share a commit.
  await Promise.all([
    ...systemNamespaces.map((name) => createMissing(options, ['', 'v1', 'namespaces'], { metadata: { name } })),
    ...systemPriorityClasses.map(({ name, ...rest }) =>
      createMissing(options, ['scheduling.k8s.io', 'v1', 'priorityclasses'], { metadata: { name }, ...rest }),
    ),
  ]);
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
  options: OwnObjectsOptions,
  path: [string, string, string],
  object: KubeObject,
): Promise<void> {
  await OwnObjects.of(path, options)?.createMissing(object);
}
