/** What changes of nodes and pods mean to pods that did not fit. */
import type { ClusterEvent, NodeInfo, PodInfo, Resources } from '../../backends/scheduler/interface.ts';
import { jsonEquals } from '../apimachinery/json-equals.ts';
import type { JsonValue } from '../apimachinery/json.ts';

export function nodeEvents(before: NodeInfo, after: NodeInfo): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  if (!same(before.labels, after.labels)) events.push('node labels changed');
  if (before.isUnschedulable !== after.isUnschedulable || !same(before.taints, after.taints))
    events.push('node taints changed');
  if (before.maxPods !== after.maxPods || !sameResources(before.allocatable, after.allocatable))
    events.push('node allocatable changed');
  if (before.declaredFeatures.symmetricDifference(after.declaredFeatures).size > 0)
    events.push('node features changed');
  return events;
}

/** Of a pod that has its node. */
export function podEvents(before: PodInfo, after: PodInfo): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  if (!same(before.labels, after.labels)) events.push('pod labels changed');
  const [old, now] = [before.requests, after.requests];
  if (now.cpu < old.cpu || now.memory < old.memory) events.push('pod shrunk');
  return events;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || jsonEquals(a as JsonValue, b as JsonValue);
}

function sameResources(a: Resources, b: Resources): boolean {
  return (
    a.cpu === b.cpu &&
    a.memory === b.memory &&
    a.ephemeralStorage === b.ephemeralStorage &&
    a.scalars.size === b.scalars.size &&
    [...a.scalars].every(([name, value]) => b.scalars.get(name) === value)
  );
}

const labels: Readonly<Record<ClusterEvent, string>> = {
  'pod added': 'AssignedPodAdd',
  'pod deleted': 'AssignedPodDelete',
  'pod labels changed': 'AssignedPodUpdatePodLabel',
  'pod shrunk': 'AssignedPodUpdatePodScaleDown',
  'pod ungated': 'PodUpdatePodSchedulingGatesEliminated',
  'pod tolerations changed': 'PodUpdatePodToleration',
  'node added': 'NodeAdd',
  'node allocatable changed': 'NodeUpdateNodeAllocatable',
  'node labels changed': 'NodeUpdateNodeLabel',
  'node taints changed': 'NodeUpdateNodeTaint',
  'node features changed': 'NodeUpdateNodeDeclaredFeature',
  'volume changed': 'PersistentVolumeUpdate',
  'claim changed': 'PersistentVolumeClaimUpdate',
  'storage class changed': 'StorageClassUpdate',
  'csi node changed': 'CSINodeUpdate',
  'csi driver changed': 'CSIDriverUpdate',
  'csi storage capacity changed': 'CSIStorageCapacityUpdate',
  'volume attachment deleted': 'VolumeAttachmentDelete',
  'resource claim changed': 'ResourceClaimUpdate',
  'devices changed': 'ResourceSliceUpdate',
  'namespace changed': 'NamespaceUpdate',
};

/** As upstream's metrics name what happened. */
export function eventLabel(event: string): string {
  return Object.hasOwn(labels, event) ? labels[event as ClusterEvent] : event;
}
