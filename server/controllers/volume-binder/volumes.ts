/** One volume's phase: free, reserved, bound, released; and what becomes of it when its claim is gone. */
import type { PersistentVolume } from '../../client/api-types.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../client/resource-types.ts';
import { isNotFound } from '../../client/client.ts';
import type { ControllerContext } from '../controller.ts';
import type { BinderListers } from './claims.ts';
import { annotations } from './match.ts';

export async function syncVolume(
  context: ControllerContext,
  { claims }: BinderListers,
  volume: PersistentVolume,
): Promise<void> {
  const ref = volume.spec?.claimRef;
  if (ref === undefined || ref.uid === undefined || ref.uid === '') {
    await setPhase(context, volume, 'Available');
    return;
  }
  const { name = '', namespace } = ref;
  let claim = claims.get(name, namespace);
  if (claim?.metadata.uid !== ref.uid) {
    // The lister may not have it yet: a volume is not given up on hearsay.
    claim = await context.client.of(persistentVolumeClaims).get(name, { namespace }).catch(undefinedIfGone);
  }
  if (claim === undefined || claim.metadata.uid !== ref.uid) {
    if (volume.status?.phase !== 'Released' && volume.status?.phase !== 'Failed')
      await setPhase(context, volume, 'Released');
    await reclaim(context, volume);
    return;
  }
  if (claim.spec?.volumeName === volume.metadata.name) await setPhase(context, volume, 'Bound');
}

async function reclaim({ client, events }: ControllerContext, volume: PersistentVolume): Promise<void> {
  const { name = '', uid, deletionTimestamp } = volume.metadata;
  // Whoever provisioned it deletes it, and the disk with it.
  if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete' || deletionTimestamp !== undefined) return;
  if (volume.metadata.annotations?.[annotations.provisionedBy] !== undefined) return;
  const path = volume.spec.hostPath?.path;
  // Nothing was provisioned behind a path of the node: the volume is all there is.
  if (path?.startsWith('/tmp/') === true) {
    await client.of(persistentVolumes).delete(name, { preconditions: { uid } }).catch(undefinedIfGone);
    return;
  }
  const message = 'error getting deleter volume plugin for volume: no volume plugin matched';
  events.event(
    { ...volume, apiVersion: 'v1', kind: 'PersistentVolume' },
    { type: 'Warning', reason: 'VolumeFailedDelete', message },
  );
  if (volume.status?.phase === 'Failed') return;
  await client
    .of(persistentVolumes)
    .updateStatus({ ...volume, status: { ...volume.status, phase: 'Failed', message } });
}

async function setPhase({ client }: ControllerContext, volume: PersistentVolume, phase: string): Promise<void> {
  if (volume.status?.phase === phase) return;
  await client.of(persistentVolumes).updateStatus({ ...volume, status: { ...volume.status, phase } });
}

function undefinedIfGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}
