/** Claims that ask for more than their volume has: who is to make it larger. What was once in upstream's tree has a CSI driver that does. */
import { parseQuantity } from '../../apimachinery/quantity/quantity.ts';
import { compareQuantities } from '../../apimachinery/quantity/arithmetic.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../client/api-types.ts';
import { keyOf } from '../../client/lister.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';

/** Field of the volume's spec → what it was called, and the driver that has it now. */
const migrated: ReadonlyArray<readonly [keyof NonNullable<PersistentVolume['spec']>, string, string]> = [
  ['awsElasticBlockStore', 'kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
  ['azureDisk', 'kubernetes.io/azure-disk', 'disk.csi.azure.com'],
  ['azureFile', 'kubernetes.io/azure-file', 'file.csi.azure.com'],
  ['cinder', 'kubernetes.io/cinder', 'cinder.csi.openstack.org'],
  ['gcePersistentDisk', 'kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
  ['portworxVolume', 'kubernetes.io/portworx-volume', 'pxd.portworx.com'],
  ['vsphereVolume', 'kubernetes.io/vsphere-volume', 'csi.vsphere.vmware.com'],
];
const resizerAnnotation = 'volume.kubernetes.io/storage-resizer';
const reason = 'ExternalExpanding';

export const volumeExpander: Controller = {
  name: 'persistentvolume-expander-controller',
  alias: 'persistentvolume-expander',
  component: 'volume_expand',
  account: 'expand-controller',
  async run(context) {
    const { informers, client, events } = context;
    const claims = informers.of(persistentVolumeClaims);
    const volumes = informers.of(persistentVolumes);
    await runReconciler({
      context,
      name: 'volume_expand',
      triggers: [
        on(claims, ({ object, before, deleted }) => {
          if (deleted || object.status?.phase !== 'Bound') return undefined;
          const isNews = before === undefined || asks(object) > 0 !== asks(before) > 0 || grows(before, object);
          return isNews ? keyOf(object) : undefined;
        }),
        on(volumes, () => undefined),
      ],
      async reconcile(key) {
        const claim = claims.lister.byKey(key);
        const volume = volumes.lister.get(claim?.spec?.volumeName ?? '');
        if (claim === undefined || volume === undefined || asks(claim) <= 0) return;
        if (volume.spec?.claimRef?.uid !== claim.metadata.uid) {
          throw new Error(`persistent Volume is not bound to PVC being updated : ${key}`);
        }
        const regarding = { ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
        const found = migrated.find(([field]) => volume.spec?.[field] !== undefined);
        if (found === undefined) {
          const isKnown = volume.spec?.csi !== undefined || volume.spec?.flexVolume !== undefined;
          const message = 'waiting for an external controller to expand this PVC';
          events.event(regarding, { type: isKnown ? 'Normal' : 'Warning', reason, message });
          return;
        }
        const [, plugin, driver] = found;
        const message = `CSI migration enabled for ${plugin}; waiting for external resizer to expand the pvc`;
        events.event(regarding, { type: 'Normal', reason, message });
        if (claim.metadata.annotations?.[resizerAnnotation] === driver) return;
        const { name = '', namespace } = claim.metadata;
        const patch = { metadata: { annotations: { [resizerAnnotation]: driver } } };
        // Its permissions reach no further than the status, through which metadata can be written, too.
        await client.of(persistentVolumeClaims).patch(name, patch, { namespace, subresource: 'status' });
      },
    });
  },
};

/** Above 0: for more than it has. */
function asks({ spec, status }: PersistentVolumeClaim): number {
  const wanted = parseQuantity(spec?.resources?.requests?.storage ?? '0');
  return compareQuantities(wanted, parseQuantity(status?.capacity?.storage ?? '0'));
}

function grows(before: PersistentVolumeClaim, now: PersistentVolumeClaim): boolean {
  const wanted = ({ spec }: PersistentVolumeClaim) => parseQuantity(spec?.resources?.requests?.storage ?? '0');
  return compareQuantities(wanted(now), wanted(before)) > 0;
}
