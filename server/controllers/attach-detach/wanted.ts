/** Which volumes of CSI drivers are to be attached to a node, for which of its pods. Pure. */
import { createHash } from 'node:crypto';
import type { CsiDriver, Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../client/api-types.ts';
import { claimKeysOf } from '../pods/claims.ts';
import { isTerminal, isTerminating } from '../pods/phases.ts';

export interface Attachable {
  /** Of the VolumeAttachment. */
  readonly name: string;
  /** As nodes tell it: "kubernetes.io/csi/driver^handle". */
  readonly volumeName: string;
  readonly driver: string;
  readonly volume: PersistentVolume;
  readonly isShared: boolean;
}

export interface Wanted extends Attachable {
  readonly pods: readonly Pod[];
}

export interface Known {
  readonly claim: (key: string) => PersistentVolumeClaim | undefined;
  readonly volume: (name: string) => PersistentVolume | undefined;
  readonly driver: (name: string) => CsiDriver | undefined;
}

/** By the name of the attachment. */
export function wantedOn(node: string, pods: readonly Pod[], known: Known): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const pod of pods) {
    if (hasEnded(pod)) continue;
    for (const key of claimKeysOf(pod)) {
      const attachable = attachableOf(boundVolume(key, known), { node, driver: known.driver });
      if (attachable === undefined) continue;
      const before = wanted.get(attachable.name)?.pods ?? [];
      wanted.set(attachable.name, { ...attachable, pods: [...before, pod] });
    }
  }
  return wanted;
}

function boundVolume(key: string, { claim, volume }: Known): PersistentVolume | undefined {
  const { metadata, spec } = claim(key) ?? {};
  const found = volume(spec?.volumeName ?? '');
  return found?.spec?.claimRef?.uid === metadata?.uid ? found : undefined;
}

/** Undefined: it is there without being attached. */
export function attachableOf(
  volume: PersistentVolume | undefined,
  { node, driver: driverOf }: { readonly node: string; readonly driver: Known['driver'] },
): Attachable | undefined {
  const { csi, accessModes = [] } = volume?.spec ?? {};
  if (volume === undefined || csi === undefined || driverOf(csi.driver)?.spec.attachRequired === false)
    return undefined;
  const { driver, volumeHandle } = csi;
  return {
    name: attachmentName(volumeHandle, { driver, node }),
    volumeName: `kubernetes.io/csi/${driver}^${volumeHandle}`,
    driver,
    volume,
    isShared:
      accessModes.length === 0 || accessModes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany'),
  };
}

export function attachmentName(handle: string, { driver, node }: { driver: string; node: string }): string {
  return `csi-${createHash('sha256')
    .update(handle + driver + node)
    .digest('hex')}`;
}

/** Nothing of it can use a volume any more. */
function hasEnded(pod: Pod): boolean {
  if (isTerminal(pod)) return true;
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const all = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  return (
    isTerminating(pod) && all.every(({ state }) => state?.terminated !== undefined || state?.waiting !== undefined)
  );
}

/** The node's own kubelet says that it has it mounted; one that does not run, or is to be given up, is not believed for ever. */
export function isHeldByNode(
  { status, spec }: Node,
  volumeName: string,
  { isOverdue }: { readonly isOverdue: boolean },
): boolean {
  if (status?.volumesInUse?.includes(volumeName) !== true) return false;
  const isReady = status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;
  const isOutOfService = spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/out-of-service') === true;
  return !isOutOfService && (isReady || !isOverdue);
}
