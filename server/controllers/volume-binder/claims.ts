/** One claim's way to its volume: found, reserved, bound; or what it waits for. */
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../client/api-types.ts';
import type { Lister } from '../../client/lister.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import { boundClaim, boundClaimStatus, boundVolume } from './bind.ts';
import { annotations, bestVolume, classOf, isBoundTo, mismatch } from './match.ts';

export interface BinderListers {
  readonly claims: Lister<PersistentVolumeClaim>;
  readonly volumes: Lister<PersistentVolume>;
  readonly classes: Lister<StorageClass>;
}

const noProvisioner = 'kubernetes.io/no-provisioner';

export async function syncClaim(
  context: ControllerContext,
  listers: BinderListers,
  claim: PersistentVolumeClaim,
): Promise<void> {
  if (claim.metadata.annotations?.[annotations.bindCompleted] !== undefined) {
    await syncBound(context, listers, claim);
    return;
  }
  if (claim.metadata.deletionTimestamp !== undefined) return;
  const wanted = claim.spec?.volumeName ?? '';
  if (wanted !== '') {
    await syncPrebound(context, claim, listers.volumes.get(wanted));
    return;
  }
  const storageClass = listers.classes.get(classOf(claim));
  const found = bestVolume(claim, listers.volumes.list());
  const isDelayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
  const selectedNode = claim.metadata.annotations?.[annotations.selectedNode];
  // Where the pod will be decides which volume it can have: the scheduler reserves one, or names the node.
  const isReserved = found?.spec?.claimRef !== undefined;
  if (isDelayed && selectedNode === undefined && !isReserved) {
    say(context, claim, {
      type: 'Normal',
      reason: 'WaitForFirstConsumer',
      message: 'waiting for first consumer to be created before binding',
    });
    await setPhase(context, claim, 'Pending');
    return;
  }
  if (found !== undefined) {
    await bind(context, claim, found);
    return;
  }
  await waitForVolume(context, claim, storageClass);
}

async function syncBound(
  context: ControllerContext,
  { volumes }: BinderListers,
  claim: PersistentVolumeClaim,
): Promise<void> {
  const name = claim.spec?.volumeName ?? '';
  const volume = volumes.get(name);
  if (name === '' || volume === undefined) {
    await lose(context, claim, 'Bound claim has lost its PersistentVolume. Data on the volume is lost!', 'ClaimLost');
    return;
  }
  if (volume.spec?.claimRef === undefined || isBoundTo(volume, claim)) {
    await bind(context, claim, volume);
    return;
  }
  await lose(context, claim, 'Two claims are bound to the same volume, this one is bound incorrectly', 'ClaimMisbound');
}

async function syncPrebound(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume | undefined,
): Promise<void> {
  if (volume === undefined) {
    await setPhase(context, claim, 'Pending');
    return;
  }
  if (volume.spec?.claimRef === undefined) {
    const problem = mismatch(volume, claim);
    if (problem === undefined) {
      await bind(context, claim, volume);
      return;
    }
    const message = `Cannot bind to requested volume "${volume.metadata.name}": ${problem}`;
    say(context, claim, { type: 'Warning', reason: 'VolumeMismatch', message });
    await setPhase(context, claim, 'Pending');
    return;
  }
  if (isBoundTo(volume, claim)) {
    await bind(context, claim, volume);
    return;
  }
  const message = `volume "${volume.metadata.name}" already bound to a different claim.`;
  say(context, claim, { type: 'Warning', reason: 'FailedBinding', message });
  await setPhase(context, claim, 'Pending');
}

/** Volume first: what is written to it decides between claims that want the same. */
async function bind(
  { client }: ControllerContext,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Promise<void> {
  const volumes = client.of(persistentVolumes);
  const claims = client.of(persistentVolumeClaims);
  let boundTo = boundVolume(volume, claim);
  if (boundTo !== volume) boundTo = await volumes.update(boundTo);
  if (boundTo.status?.phase !== 'Bound') {
    boundTo = await volumes.updateStatus({ ...boundTo, status: { ...boundTo.status, phase: 'Bound' } });
  }
  let bound = boundClaim(claim, boundTo);
  if (bound !== claim) bound = await claims.update(bound);
  const withStatus = boundClaimStatus(bound, boundTo);
  if (withStatus !== bound) await claims.updateStatus(withStatus);
}

async function waitForVolume(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass | undefined,
): Promise<void> {
  const provisioner = storageClass?.provisioner;
  if (classOf(claim) === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    say(context, claim, { type: 'Normal', reason: 'FailedBinding', message });
  } else if (provisioner === undefined) {
    const message = `storageclass.storage.k8s.io "${classOf(claim)}" not found`;
    say(context, claim, { type: 'Warning', reason: 'ProvisioningFailed', message });
  } else if (provisioner === noProvisioner) {
    const message = `storageclass "${classOf(claim)}" is of no-provisioner kind: no persistent volume matches`;
    say(context, claim, { type: 'Warning', reason: 'FailedBinding', message });
  } else {
    await nameProvisioner(context, claim, provisioner);
    return;
  }
  await setPhase(context, claim, 'Pending');
}

/** Whoever provisions looks for its name. */
async function nameProvisioner(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  provisioner: string,
): Promise<void> {
  const present = claim.metadata.annotations ?? {};
  const marks = { [annotations.provisioner]: provisioner, [annotations.oldProvisioner]: provisioner };
  let marked = claim;
  if (present[annotations.provisioner] !== provisioner) {
    const metadata = { ...claim.metadata, annotations: { ...present, ...marks } };
    marked = await context.client.of(persistentVolumeClaims).update({ ...claim, metadata });
  }
  const message =
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. ` +
    'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
  say(context, claim, { type: 'Normal', reason: 'ExternalProvisioning', message });
  await setPhase(context, marked, 'Pending');
}

async function lose(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  message: string,
  reason: string,
): Promise<void> {
  if (claim.status?.phase === 'Lost') return;
  await setPhase(context, claim, 'Lost');
  say(context, claim, { type: 'Warning', reason, message });
}

async function setPhase({ client }: ControllerContext, claim: PersistentVolumeClaim, phase: string): Promise<void> {
  if (claim.status?.phase === phase) return;
  // What it had of a volume it has no more.
  const { capacity: _, accessModes: __, ...rest } = claim.status ?? {};
  await client.of(persistentVolumeClaims).updateStatus({ ...claim, status: { ...rest, phase } });
}

function say(
  { events }: ControllerContext,
  claim: PersistentVolumeClaim,
  occurrence: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string },
): void {
  events.event({ ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, occurrence);
}
