/** VolumeBinding: a pod goes where its volumes can be reached; claims that wait for it are bound, or volumes made, for its node. */
import type { Claim, NodeInfo, Plugin, PodInfo, Rejection, SchedulerHandle } from '../../interface.ts';
import type { PluginArgs } from '../../profile-settings.ts';
import { unresolvable } from '../rejections.ts';
import { type Decision, keyOf, matchVolumes } from './match-volumes.ts';

const elsewhere = "node(s) didn't match PersistentVolume's node affinity";
const nothingToBind = "node(s) didn't find available persistent volumes to bind";
const noSpace = 'node(s) did not have enough free storage';
const volumeGone = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

/** By their texts: so few that none is made twice. */
const known = new Map<string, Rejection>();
function rejection(...reasons: readonly string[]): Rejection {
  const key = reasons.join();
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = unresolvable(...reasons)));
  return found;
}

interface State {
  readonly bound: readonly Claim[];
  readonly waiting: readonly Claim[];
}

export function volumeBinding(
  handle: SchedulerHandle,
  { bindTimeoutSeconds }: PluginArgs['VolumeBinding'],
): Plugin<State> {
  const { objects } = handle;
  /** By the pod's UID: what has been decided for it. */
  const decisions = new Map<string, Decision>();
  const assumed = { claims: new Map<string, string>(), nodes: new Map<string, string>() };
  const match = (node: NodeInfo, waiting: readonly Claim[]) => matchVolumes(waiting, node, { objects, assumed });

  const forget = (pod: PodInfo): void => {
    const decision = decisions.get(pod.uid);
    decisions.delete(pod.uid);
    for (const { volume } of decision?.bind ?? []) assumed.claims.delete(volume.name);
    for (const claim of decision?.provision ?? []) assumed.nodes.delete(keyOf(claim));
  };

  const claimsOf = (pod: PodInfo): State | string => {
    const state = { bound: [] as Claim[], waiting: [] as Claim[] };
    let isUnbound = false;
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
      const waits = claim.volumeName === '' && objects.storageClass(claim.storageClassName)?.waitsForConsumer === true;
      if (claim.isBound) state.bound.push(claim);
      else if (waits) state.waiting.push(claim);
      else isUnbound = true;
    }
    return isUnbound ? 'pod has unbound immediate PersistentVolumeClaims' : state;
  };

  return {
    name: 'VolumeBinding',
    wakesOn: [
      'claim changed',
      'volume changed',
      'storage class changed',
      'csi node changed',
      'csi driver changed',
      'csi storage capacity changed',
      'node added',
      'node labels changed',
    ],
    preFilter(pod) {
      if (!pod.volumes.some(({ type }) => type === 'claim')) return 'skip';
      const state = claimsOf(pod);
      return typeof state === 'string' ? unresolvable(state) : { state };
    },
    filter(_pod, node, { bound, waiting }) {
      const reasons: string[] = [];
      for (const { volumeName } of bound) {
        const volume = objects.volume(volumeName);
        const isReachable = volume?.node?.matches(node) !== false;
        if (volume !== undefined && isReachable) continue;
        reasons.push(volume === undefined ? volumeGone : elsewhere);
        break;
      }
      const decision = waiting.length === 0 ? undefined : match(node, waiting);
      if (decision === 'nothing to bind') reasons.push(nothingToBind);
      else if (decision === 'not enough space') reasons.push(noSpace);
      return reasons.length === 0 ? undefined : rejection(...reasons);
    },
    reserve(pod, node) {
      const state = claimsOf(pod);
      const waiting = typeof state === 'string' ? [] : state.waiting;
      if (waiting.length === 0) return undefined;
      const decision = match(node, waiting);
      if (typeof decision === 'string') return rejection(decision === 'not enough space' ? noSpace : nothingToBind);
      decisions.set(pod.uid, decision);
      for (const { volume, claim } of decision.bind) assumed.claims.set(volume.name, keyOf(claim));
      for (const claim of decision.provision) assumed.nodes.set(keyOf(claim), node.name);
      return undefined;
    },
    unreserve: forget,
    preBind(pod, node) {
      const decision = decisions.get(pod.uid);
      if (decision === undefined) return undefined;
      const carryOut = async () => {
        for (const { volume, claim } of decision.bind) await objects.bindVolume(volume, claim);
        for (const claim of decision.provision) await objects.provision(claim, node);
        const names = [...decision.bind.map(({ claim }) => claim.name), ...decision.provision.map(({ name }) => name)];
        await objects.claimsBound(pod.namespace, names, bindTimeoutSeconds * 1000);
      };
      return carryOut().finally(() => forget(pod));
    },
  };
}
