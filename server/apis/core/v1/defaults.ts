/** Defaults of core/v1 types other than those of the pod, which are in pod-defaults.ts. */
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import {
  type Defaulter,
  inOrder,
  isZero,
  mapIn,
  type PackageDefaulters,
  setIfUnset,
  setIfZero,
  structIn,
  structsIn,
  withMissing,
} from '../../defaulting.ts';
import { podDefaulters } from './pod-defaults.ts';
import { roundUpToMilli } from './resource-list.ts';

export const coreV1: PackageDefaulters = {
  ...podDefaulters,

  Namespace(namespace) {
    const metadata = structIn(namespace, 'metadata');
    if (isZero(metadata.name)) return;
    structIn(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata.name;
  },
  NamespaceStatus: setIfZero({ phase: 'Active' }),

  NodeStatus: inOrder(
    (status) => {
      const capacity = mapIn(status, 'capacity');
      if (capacity !== undefined && !isJsonObject(status.allocatable)) status.allocatable = { ...capacity };
    },
    roundUpToMilli('capacity', 'allocatable'),
  ),

  Secret: setIfZero({ type: 'Opaque' }),

  EndpointPort: setIfZero({ protocol: 'TCP' }),

  ReplicationController(controller) {
    const template = structIn(controller, 'spec').template;
    const labels = isJsonObject(template) && isJsonObject(template.metadata) && mapIn(template.metadata, 'labels');
    if (!labels) return;
    setIfNoEntries(structIn(controller, 'spec'), 'selector', labels);
    setIfNoEntries(structIn(controller, 'metadata'), 'labels', labels);
  },

  PersistentVolume(volume) {
    setPending(structIn(volume, 'status'), volume);
    const spec = structIn(volume, 'spec');
    if (isZero(spec.persistentVolumeReclaimPolicy)) spec.persistentVolumeReclaimPolicy = 'Retain';
    spec.volumeMode ??= 'Filesystem';
  },
  PersistentVolumeSpec: roundUpToMilli('capacity'),
  PersistentVolumeClaim(claim) {
    setPending(structIn(claim, 'status'), claim);
  },
  PersistentVolumeClaimSpec: setIfUnset({ volumeMode: 'Filesystem' }),
  PersistentVolumeClaimStatus: roundUpToMilli('capacity', 'allocatedResources'),

  ResourceQuotaSpec: roundUpToMilli('hard'),
  ResourceQuotaStatus: roundUpToMilli('hard', 'used'),

  LimitRangeItem: inOrder(
    (item) => {
      if (item.type !== 'Container') return;
      const limits = withMissing(mapIn(item, 'default'), mapIn(item, 'max'));
      const requests = withMissing(withMissing(mapIn(item, 'defaultRequest'), limits), mapIn(item, 'min'));
      if (limits !== undefined) item.default = limits;
      if (requests !== undefined) item.defaultRequest = requests;
    },
    roundUpToMilli('max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'),
  ),

  Service(service) {
    const spec = structIn(service, 'spec');
    defaultService(spec, service);
    if (spec.type === 'LoadBalancer') defaultIngressAddresses(structIn(service, 'status'));
  },
  ServicePort(port) {
    if (isZero(port.protocol)) port.protocol = 'TCP';
    if (isZero(port.targetPort)) port.targetPort = port.port;
  },
};

const setPending: Defaulter = setIfZero({ phase: 'Pending' });

const defaultService: Defaulter = inOrder(setIfZero({ sessionAffinity: 'None', type: 'ClusterIP' }), (spec) => {
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') defaultSessionAffinityTimeout(spec);
  if (isExternallyAccessible(spec) && isZero(spec.externalTrafficPolicy)) spec.externalTrafficPolicy = 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  if (hasClusterAddress(spec)) spec.internalTrafficPolicy ??= 'Cluster';
});

const SESSION_AFFINITY_SECONDS = 10_800;

function defaultSessionAffinityTimeout(spec: JsonObject): void {
  const config = spec.sessionAffinityConfig;
  const clientIP = isJsonObject(config) ? config.clientIP : undefined;
  const timeout = isJsonObject(clientIP) ? clientIP.timeoutSeconds : undefined;
  if (timeout === undefined || timeout === null) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: SESSION_AFFINITY_SECONDS } };
  }
}

function hasClusterAddress(spec: JsonObject): boolean {
  return spec.type === 'ClusterIP' || spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

function isExternallyAccessible(spec: JsonObject): boolean {
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') return true;
  return spec.type === 'ClusterIP' && Array.isArray(spec.externalIPs) && spec.externalIPs.length > 0;
}

function defaultIngressAddresses(status: JsonObject): void {
  for (const ingress of structsIn(structIn(status, 'loadBalancer'), 'ingress')) {
    if (!isZero(ingress.ip)) ingress.ipMode ??= 'VIP';
  }
}

function setIfNoEntries(value: JsonObject, field: string, entries: JsonObject): void {
  if (mapIn(value, field) === undefined) value[field] = { ...entries };
}
