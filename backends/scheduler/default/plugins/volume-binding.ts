/** VolumeBinding: a pod goes where its volumes can be reached; claims that wait for it are bound, or volumes made, for its node. */
import type { Claim, NodeInfo, Plugin, PodInfo, SchedulerHandle, Volume } from '../../interface.ts';
import { unresolvable } from '../rejections.ts';

const volumeElsewhere = "node(s) didn't match PersistentVolume's node affinity";
const nothingToBind = "node(s) didn't find available persistent volumes to bind";
const volumeGone = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
const rejections = {
  volumeElsewhere: unresolvable(volumeElsewhere),
  nothingToBind: unresolvable(nothingToBind),
  both: unresolvable(nothingToBind, volumeElsewhere),
  volumeGone: unresolvable(volumeGone),
};

interface State {
  readonly bound: readonly Claim[];
  readonly waiting: readonly Claim[];
}

interface Decision {
  readonly bind: readonly { readonly claim: Claim; readonly volume: Volume }[];
  readonly provision: readonly Claim[];
}

const nothingToDo: Decision = { bind: [], provision: [] };

export function volumeBinding(handle: SchedulerHandle): Plugin<State> {
  const { objects } = handle;
  /** By the pod's UID: what has been decided for it. */
  const decisions = new Map<string, Decision>();
  /** Volumes that are about to be bound to somebody. */
  const assumed = new Set<string>();

  const claimsOf = (pod: PodInfo): State | string => {
    const state = { bound: [] as Claim[], waiting: [] as Claim[] };
    for (const used of pod.volumes) {
      if (used.type !== 'claim') continue;
      const claim = objects.claim(pod.namespace, used.claim);
      const name = JSON.stringify(used.claim);
      if (claim === undefined) {
        return used.isEphemeral
          ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${name}`
          : `persistentvolumeclaim ${name} not found`;
      }
      if (claim.isLost)
        return `persistentvolumeclaim ${name} bound to non-existent persistentvolume ${JSON.stringify(claim.volumeName)}`;
      if (claim.isTerminating) return `persistentvolumeclaim ${name} is being deleted`;
      if (used.isEphemeral && claim.ownerUid !== pod.uid) {
        return `PVC ${claim.namespace}/${claim.name} was not created for pod ${pod.namespace}/${pod.name} (pod is not owner)`;
      }
      if (claim.isBound) state.bound.push(claim);
      else if (objects.storageClass(claim.storageClassName)?.waitsForConsumer === true) state.waiting.push(claim);
      else return 'pod has unbound immediate PersistentVolumeClaims';
    }
    return state;
  };

  const decide = (node: NodeInfo, waiting: readonly Claim[]): Decision | undefined => {
    const bind: { claim: Claim; volume: Volume }[] = [];
    const provision: Claim[] = [];
    const taken = new Set(assumed);
    for (const claim of waiting) {
      if (claim.selectedNode !== '' && claim.selectedNode !== node.name) return undefined;
      const volume = claim.selectedNode === '' ? smallestFitting(claim, node, objects.volumes(), taken) : undefined;
      if (volume !== undefined) {
        taken.add(volume.name);
        bind.push({ claim, volume });
        continue;
      }
      const storageClass = objects.storageClass(claim.storageClassName);
      const canProvision =
        storageClass !== undefined &&
        storageClass.provisioner !== 'kubernetes.io/no-provisioner' &&
        claim.selector === undefined;
      if (!canProvision || storageClass.allowedTopologies?.matches(node) === false) return undefined;
      provision.push(claim);
    }
    return { bind, provision };
  };

  return {
    name: 'VolumeBinding',
    wakesOn: [
      'claim changed',
      'volume changed',
      'storage class changed',
      'csi node changed',
      'node added',
      'node labels changed',
    ],
    preFilter(pod) {
      if (!pod.volumes.some(({ type }) => type === 'claim')) return 'skip';
      const state = claimsOf(pod);
      return typeof state === 'string' ? unresolvable(state) : { state };
    },
    filter(_pod, node, { bound, waiting }) {
      let isElsewhere = false;
      for (const { volumeName } of bound) {
        const volume = objects.volume(volumeName);
        if (volume === undefined) return rejections.volumeGone;
        if (volume.node?.matches(node) === false) isElsewhere = true;
      }
      const cannotBind = waiting.length > 0 && decide(node, waiting) === undefined;
      if (isElsewhere) return cannotBind ? rejections.both : rejections.volumeElsewhere;
      return cannotBind ? rejections.nothingToBind : undefined;
    },
    reserve(pod, node) {
      const state = claimsOf(pod);
      const waiting = typeof state === 'string' ? [] : state.waiting;
      const decision = waiting.length === 0 ? nothingToDo : decide(node, waiting);
      if (decision === undefined) return rejections.nothingToBind;
      if (decision === nothingToDo) return undefined;
      decisions.set(pod.uid, decision);
      for (const { volume } of decision.bind) assumed.add(volume.name);
      return undefined;
    },
    unreserve(pod) {
      for (const { volume } of decisions.get(pod.uid)?.bind ?? []) assumed.delete(volume.name);
      decisions.delete(pod.uid);
    },
    preBind(pod, node) {
      const decision = decisions.get(pod.uid);
      if (decision === undefined) return undefined;
      const carryOut = async () => {
        for (const { volume, claim } of decision.bind) await objects.bindVolume(volume, claim);
        for (const claim of decision.provision) await objects.provision(claim, node);
        const names = [...decision.bind.map(({ claim }) => claim.name), ...decision.provision.map(({ name }) => name)];
        await objects.claimsBound(pod.namespace, names);
      };
      return carryOut().finally(() => {
        for (const { volume } of decision.bind) assumed.delete(volume.name);
        decisions.delete(pod.uid);
      });
    },
  };
}

function smallestFitting(
  claim: Claim,
  node: NodeInfo,
  volumes: readonly Volume[],
  taken: ReadonlySet<string>,
): Volume | undefined {
  const key = `${claim.namespace}/${claim.name}`;
  let best: Volume | undefined;
  for (const volume of volumes) {
    if (taken.has(volume.name) || volume.isTerminating || volume.node?.matches(node) === false) continue;
    if (volume.volumeMode !== claim.volumeMode) continue;
    if (volume.claim !== '') {
      // Meant for it.
      if (volume.claim === key && (volume.claimUid === '' || volume.claimUid === claim.uid)) return volume;
      continue;
    }
    if (!volume.isAvailable || volume.storageClassName !== claim.storageClassName || volume.capacity < claim.requested)
      continue;
    if (!claim.accessModes.every((mode) => volume.accessModes.includes(mode))) continue;
    if (claim.selector?.matches(volume.labels) === false) continue;
    if (best === undefined || volume.capacity < best.capacity) best = volume;
  }
  return best;
}
