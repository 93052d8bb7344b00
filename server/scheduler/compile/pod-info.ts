/** A pod as schedulers see it: everything parsed once, when it comes in. */
import type { HostPort, PodClaim, PodInfo, PodVolume, Toleration } from '../../../backends/scheduler/interface.ts';
import type { Pod, PodSpec } from '../../client/api-types.ts';
import { preferredNodes, requiredNode } from './node-matcher.ts';
import { podAffinity } from './pod-affinity.ts';
import { podRequests } from './pod-requests.ts';
import { spreadConstraints } from './spread-constraints.ts';

const noEntries: readonly never[] = [];
/** Later than all that have begun. */
const notStarted = Number.MAX_SAFE_INTEGER;

export function podInfo(pod: Pod): PodInfo {
  const { metadata, spec, status } = pod;
  const { uid = '', namespace = '', name = '', labels = {}, annotations = {} } = metadata;
  const preempted = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  const isTerminating = metadata.deletionTimestamp !== undefined;
  const createdAt = Date.parse(metadata.creationTimestamp ?? '') || 0;
  return {
    uid,
    namespace,
    name,
    labels,
    annotations,
    schedulerName: spec?.schedulerName ?? 'default-scheduler',
    priority: spec?.priority ?? 0,
    mayPreempt: spec?.preemptionPolicy !== 'Never',
    isTerminating,
    isPreempted: isTerminating && preempted?.status === 'True' && preempted.reason === 'PreemptionByScheduler',
    createdAt,
    startedAt: status?.startTime === undefined ? notStarted : Date.parse(status.startTime),
    nodeName: spec?.nodeName ?? '',
    nominatedNodeName: status?.nominatedNodeName ?? '',
    schedulingGates: (spec?.schedulingGates ?? noEntries).map((gate) => gate.name),
    ...podRequests(pod),
    hostPorts: hostPorts(spec),
    tolerations: tolerations(spec),
    requiredNode: requiredNode(spec),
    preferredNodes: preferredNodes(spec),
    affinity: podAffinity(spec?.affinity?.podAffinity, namespace),
    antiAffinity: podAffinity(spec?.affinity?.podAntiAffinity, namespace),
    spread: spreadConstraints(spec?.topologySpreadConstraints, labels),
    images: images(spec),
    containers: (spec?.containers.length ?? 0) + (spec?.initContainers?.length ?? 0),
    volumes: volumes(pod),
    claims: claims(pod),
    requiredFeatures: requiredFeatures(spec),
  };
}

function hostPorts(spec: PodSpec | undefined): readonly HostPort[] {
  const sidecars = (spec?.initContainers ?? noEntries).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports: HostPort[] = [];
  for (const container of [...(spec?.containers ?? noEntries), ...sidecars]) {
    for (const { hostPort = 0, hostIP, protocol } of container.ports ?? noEntries) {
      if (hostPort > 0)
        ports.push({
          protocol: protocol ?? 'TCP',
          ip: hostIP === undefined || hostIP === '' ? '0.0.0.0' : hostIP,
          port: hostPort,
        });
    }
  }
  return ports;
}

function tolerations(spec: PodSpec | undefined): readonly Toleration[] {
  return (spec?.tolerations ?? noEntries).map(({ key = '', operator = 'Equal', value = '', effect = '' }) => ({
    key,
    operator,
    value,
    effect,
  }));
}

function images(spec: PodSpec | undefined): readonly string[] {
  const volumes = (spec?.volumes ?? noEntries).flatMap(({ image }) => image?.reference ?? noEntries);
  const containers = [...(spec?.initContainers ?? noEntries), ...(spec?.containers ?? noEntries)];
  return [...containers.map(({ image = '' }) => image), ...volumes].map(normalizedImage);
}

/** As they are compared with those of a node. */
export function normalizedImage(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

/** Source: upstream's registry of features that nodes declare and pods can need. */
function requiredFeatures(spec: PodSpec | undefined): readonly string[] {
  const features: string[] = [];
  if (spec?.hostNetwork === true && spec.hostUsers === false) features.push('UserNamespacesHostNetworkSupport');
  const containers = [...(spec?.containers ?? noEntries), ...(spec?.initContainers ?? noEntries)];
  if (
    containers.some((each) => each.restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers') === true)
  )
    features.push('RestartAllContainersOnContainerExits');
  return features.length === 0 ? noEntries : features;
}

function claims({ spec, status }: Pod): readonly PodClaim[] {
  if (spec?.resourceClaims === undefined) return noEntries;
  return spec.resourceClaims.map(({ name, resourceClaimName }) => {
    const made = status?.resourceClaimStatuses?.find((each) => each.name === name);
    // What was made says so, even where nothing had to be.
    const isNeeded = made === undefined || made.resourceClaimName !== undefined;
    const isGenerated = resourceClaimName === undefined;
    return { claim: resourceClaimName ?? made?.resourceClaimName, isGenerated, isNeeded };
  });
}

type VolumeSpec = NonNullable<PodSpec['volumes']>[number];

/** Of kinds that nodes do not share. */
function diskOf(volume: VolumeSpec): PodVolume | undefined {
  const { gcePersistentDisk: gce, awsElasticBlockStore: ebs, iscsi, rbd } = volume;
  const disk = (readOnly: boolean | undefined, ...ids: readonly string[]): PodVolume => ({
    type: 'disk',
    ids,
    readOnly: readOnly === true,
  });
  if (gce !== undefined) return disk(gce.readOnly, `gce/${gce.pdName}`);
  // Not even to be read by two.
  if (ebs !== undefined) return disk(false, `ebs/${ebs.volumeID}`);
  if (iscsi !== undefined) return disk(iscsi.readOnly, `iscsi/${iscsi.iqn}`);
  if (rbd === undefined) return undefined;
  const { pool = 'rbd', image } = rbd;
  return disk(rbd.readOnly, ...rbd.monitors.map((monitor) => `rbd/${monitor}/${pool}/${image}`));
}

function volumes({ metadata, spec }: Pod): readonly PodVolume[] {
  const found: PodVolume[] = [];
  for (const volume of spec?.volumes ?? noEntries) {
    const { name, persistentVolumeClaim, ephemeral } = volume;
    if (persistentVolumeClaim !== undefined) {
      const { claimName: claim, readOnly } = persistentVolumeClaim;
      found.push({ type: 'claim', claim, isEphemeral: false, readOnly: readOnly === true });
    } else if (ephemeral !== undefined) {
      found.push({ type: 'claim', claim: `${metadata.name}-${name}`, isEphemeral: true, readOnly: false });
    } else {
      const disk = diskOf(volume);
      if (disk !== undefined) found.push(disk);
    }
  }
  return found;
}
