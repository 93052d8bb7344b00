/** Which volumes the claims of a pod would be bound to on a node, and which would have to be made for them there. */
import type { Claim, ClusterObjects, NodeInfo, Volume } from '../../interface.ts';

const noProvisioner = 'kubernetes.io/no-provisioner';

export interface Decision {
  readonly bind: readonly { readonly claim: Claim; readonly volume: Volume }[];
  readonly provision: readonly Claim[];
}

/** What is on its way to the API for pods that have their node already. */
export interface AssumedVolumes {
  /** Claims by the volumes that they get. */
  readonly claims: ReadonlyMap<string, string>;
  /** Nodes by the claims for which volumes are made there. */
  readonly nodes: ReadonlyMap<string, string>;
}

export const keyOf = ({ namespace, name }: Claim): string => `${namespace}/${name}`;

export function matchVolumes(
  waiting: readonly Claim[],
  node: NodeInfo,
  { objects, assumed }: { readonly objects: ClusterObjects; readonly assumed: AssumedVolumes },
): Decision | 'nothing to bind' | 'not enough space' {
  const bind: { claim: Claim; volume: Volume }[] = [];
  const provision: Claim[] = [];
  const unmatched: Claim[] = [];
  const taken = new Set<string>();
  for (const claim of waiting) {
    const selectedNode = assumed.nodes.get(keyOf(claim)) ?? claim.selectedNode;
    if (selectedNode !== '' && selectedNode !== node.name) return 'nothing to bind';
    (selectedNode === '' ? unmatched : provision).push(claim);
  }
  // Small claims first, so that they do not take what only suffices for others.
  for (const claim of unmatched.toSorted((a, b) => a.requested - b.requested)) {
    const volume = smallestFitting(claim, node, { objects, assumed, taken });
    if (volume === undefined) {
      provision.push(claim);
      continue;
    }
    taken.add(volume.name);
    bind.push({ claim, volume });
  }
  for (const claim of provision) {
    const storageClass = objects.storageClass(claim.storageClassName);
    if (storageClass === undefined || storageClass.provisioner === noProvisioner) return 'nothing to bind';
    if (storageClass.allowedTopologies?.matches(node) === false) return 'nothing to bind';
    if (!hasSpace(claim, node, storageClass.provisioner, objects)) return 'not enough space';
  }
  return { bind, provision };
}

function hasSpace(claim: Claim, node: NodeInfo, provisioner: string, objects: ClusterObjects): boolean {
  if (claim.requested === 0 || objects.driver(provisioner)?.tracksCapacity !== true) return true;
  return objects
    .capacitiesOf(claim.storageClassName)
    .some(
      ({ largest, nodes }) =>
        largest !== undefined && largest >= claim.requested && nodes?.matches(node.labels) === true,
    );
}

interface Among {
  readonly objects: ClusterObjects;
  readonly assumed: AssumedVolumes;
  readonly taken: ReadonlySet<string>;
}

function smallestFitting(claim: Claim, node: NodeInfo, { objects, assumed, taken }: Among): Volume | undefined {
  const key = keyOf(claim);
  let best: Volume | undefined;
  for (const volume of objects.volumesOf(claim.storageClassName)) {
    if (taken.has(volume.name) || volume.isTerminating || volume.capacity < claim.requested) continue;
    if (volume.volumeMode !== claim.volumeMode || volume.attributesClassName !== claim.attributesClassName) continue;
    const owner = assumed.claims.get(volume.name) ?? volume.claim;
    const isReachable = volume.node?.matches(node) !== false;
    if (owner !== '') {
      if (owner !== key || (volume.claimUid !== '' && volume.claimUid !== claim.uid)) continue;
      // Meant for it: here or nowhere.
      return isReachable ? volume : undefined;
    }
    if (!isReachable || !volume.isAvailable || claim.selector?.matches(volume.labels) === false) continue;
    if (!claim.accessModes.every((mode) => volume.accessModes.includes(mode))) continue;
    if (best === undefined || volume.capacity < best.capacity) best = volume;
  }
  return best;
}
