/** Defaults of pods and of what pod templates hold. A template gets those of PodSpec, a Pod also its own. */
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
import { aggregateContainerResources } from './container-resources.ts';
import { defaultPullPolicy } from './image-reference.ts';
import { roundUpToMilli } from './resource-list.ts';

const setContainerDefaults: Defaulter = inOrder(
  (container) => {
    if (isZero(container.imagePullPolicy)) container.imagePullPolicy = pullPolicyFor(container.image);
  },
  setIfZero({ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }),
);

/** 0644 */
const FILE_MODE = 420;
const setFileMode: Defaulter = setIfUnset({ defaultMode: FILE_MODE });

export const podDefaulters: PackageDefaulters = {
  Pod(pod) {
    const spec = structIn(pod, 'spec');
    for (const container of allContainers(spec)) defaultRequestsToLimits(container);
    if (isJsonObject(spec.resources)) {
      defaultHugePageLimits(spec, spec.resources);
      defaultPodRequests(spec, spec.resources);
    }
    spec.enableServiceLinks ??= true;
    if (spec.hostNetwork === true) allContainers(spec).forEach(defaultHostPorts);
  },
  PodSpec: inOrder(
    setIfZero({ dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', schedulerName: 'default-scheduler' }),
    setIfUnset({ securityContext: {}, terminationGracePeriodSeconds: 30 }),
    roundUpToMilli('overhead'),
  ),
  PodStatus: roundUpToMilli('allocatedResources'),
  ContainerStatus: roundUpToMilli('allocatedResources'),
  ResourceRequirements: roundUpToMilli('limits', 'requests'),
  VolumeResourceRequirements: roundUpToMilli('limits', 'requests'),

  Container: setContainerDefaults,
  EphemeralContainer: setContainerDefaults,
  Probe: setIfZero({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
  HTTPGetAction: setIfZero({ path: '/', scheme: 'HTTP' }),
  ObjectFieldSelector: setIfZero({ apiVersion: 'v1' }),

  Volume(volume) {
    const sources = Object.keys(volume).filter((field) => field !== 'name' && volume[field] !== undefined);
    if (sources.length === 0) volume.emptyDir = {};
    if (isJsonObject(volume.image) && isZero(volume.image.pullPolicy)) {
      volume.image.pullPolicy = pullPolicyFor(volume.image.reference);
    }
  },
  SecretVolumeSource: setFileMode,
  ConfigMapVolumeSource: setFileMode,
  DownwardAPIVolumeSource: setFileMode,
  ProjectedVolumeSource: setFileMode,
  HostPathVolumeSource: setIfUnset({ type: '' }),
  ServiceAccountTokenProjection: setIfUnset({ expirationSeconds: 3600 }),
};

function pullPolicyFor(image: unknown): string {
  return defaultPullPolicy(typeof image === 'string' ? image : '');
}

function allContainers(spec: JsonObject): JsonObject[] {
  return [...structsIn(spec, 'containers'), ...structsIn(spec, 'initContainers')];
}

function defaultRequestsToLimits(container: JsonObject): void {
  const resources = container.resources;
  if (!isJsonObject(resources)) return;
  const requests = withMissing(mapIn(resources, 'requests'), mapIn(resources, 'limits'));
  if (requests !== undefined) resources.requests = requests;
}

/** The host port is the container's port, for pods in the network of their node. */
function defaultHostPorts(container: JsonObject): void {
  for (const port of structsIn(container, 'ports')) {
    if (isZero(port.hostPort)) port.hostPort = port.containerPort;
  }
}

const HUGE_PAGES = 'hugepages-';

/** Pod-level limits of huge pages: the sum of the containers' limits, unless the pod itself requests or limits them. */
function defaultHugePageLimits(spec: JsonObject, resources: JsonObject): void {
  const limits = mapIn(resources, 'limits');
  const requests = mapIn(resources, 'requests');
  if (limits === undefined && requests === undefined) return;
  const hugePages = pick(
    aggregateContainerResources(spec, 'limits'),
    (name) => name.startsWith(HUGE_PAGES) && (requests === undefined || !Object.hasOwn(requests, name)),
  );
  const filled = withMissing(limits, hugePages);
  if (filled !== undefined) resources.limits = filled;
}

/** Pod-level requests, once there are pod-level limits: what the containers request together, else the limits. */
function defaultPodRequests(spec: JsonObject, resources: JsonObject): void {
  const limits = mapIn(resources, 'limits');
  if (limits === undefined) return;
  const ofContainers = pick(
    aggregateContainerResources(spec, 'requests'),
    (name) => name === 'cpu' || name === 'memory',
  );
  const ofLimits = pick(limits, (name) => name === 'cpu' || name === 'memory' || name.startsWith(HUGE_PAGES));
  const requests = withMissing(withMissing(mapIn(resources, 'requests'), ofContainers), ofLimits);
  if (requests !== undefined) resources.requests = requests;
}

function pick(map: JsonObject, wanted: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([name]) => wanted(name)));
}
