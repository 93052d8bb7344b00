/** The Node that stands for a simulated or real machine: labels, capacity, conditions, facts. */
import type { NodeDescription, Runtime } from '../../backends/runtime/interface.ts';
import { formatTime } from '../apimachinery/meta/time.ts';
import type { Node } from '../client/api-types.ts';
import { NODE_STATUS_MAX_IMAGES } from './limits.ts';

type NodeStatus = NonNullable<Node['status']>;

const conditions: ReadonlyArray<readonly [type: string, status: string, reason: string, message: string]> = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

export interface NodeParts {
  readonly name: string;
  readonly runtime: Runtime;
  /** "v1.36.3". */
  readonly kubeletVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where the kubelet's own server listens; 0: it has none. */
  readonly kubeletPort: number;
  /** Where others reach it; undefined: as the runtime describes the node. */
  readonly nodeIp?: string | undefined;
  readonly now: number;
  /** Its conditions keep their times. */
  readonly before?: NodeStatus | undefined;
}

export function nodeObject(parts: NodeParts): Node {
  const { name, runtime, labels } = parts;
  const { architecture, operatingSystem } = runtime.describeNode(name);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': architecture,
        'beta.kubernetes.io/os': operatingSystem,
        'kubernetes.io/arch': architecture,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': operatingSystem,
        ...labels,
      },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: {},
    status: nodeStatus(parts),
  };
}

export function nodeStatus({ name, runtime, kubeletVersion, kubeletPort, nodeIp, now, before }: NodeParts): NodeStatus {
  const description = runtime.describeNode(name);
  const time = formatTime(now);
  return {
    capacity: description.capacity,
    allocatable: description.capacity,
    conditions: conditions.map(([type, status, reason, message]) => {
      const old = before?.conditions?.find((condition) => condition.type === type);
      const lastTransitionTime = old?.status === status ? old.lastTransitionTime : time;
      return { type, status, lastHeartbeatTime: time, lastTransitionTime: lastTransitionTime ?? time, reason, message };
    }),
    addresses: [
      { type: 'InternalIP', address: nodeIp ?? description.internalIp },
      // Who can really be reached must not be looked for under an invented name first.
      ...(nodeIp === undefined ? [{ type: 'Hostname', address: name }] : []),
    ],
    ...(kubeletPort === 0 ? {} : { daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } } }),
    nodeInfo: nodeInfo(description, { runtime, kubeletVersion }),
    images: runtime
      .listImages(name)
      .slice(0, NODE_STATUS_MAX_IMAGES)
      .map(({ names, sizeBytes }) => ({ names: [...names], sizeBytes })),
    runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
    features: { supplementalGroupsPolicy: true },
    // WebSockets of exec and port-forward need no translation on their way.
    ...(kubeletPort === 0 ? {} : { declaredFeatures: ['ExtendWebSocketsToKubelet'] }),
  };
}

function nodeInfo(
  description: NodeDescription,
  { runtime, kubeletVersion }: { readonly runtime: Runtime; readonly kubeletVersion: string },
): NodeStatus['nodeInfo'] {
  const { machineId, systemUuid, bootId, kernelVersion, osImage, operatingSystem, architecture } = description;
  return {
    machineID: machineId,
    systemUUID: systemUuid,
    bootID: bootId,
    kernelVersion,
    osImage,
    containerRuntimeVersion: `${runtime.name}://${runtime.version}`,
    kubeletVersion,
    kubeProxyVersion: '',
    operatingSystem,
    architecture,
  };
}
