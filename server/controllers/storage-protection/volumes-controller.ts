/** Volumes stay for as long as they are bound to a claim. */
import { persistentVolumes } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { isVolumeInUse } from './in-use.ts';
import { protect } from './protect.ts';

export const volumeProtection: Controller = {
  name: 'persistentvolume-protection-controller',
  alias: 'pv-protection',
  account: 'pv-protection-controller',
  async run(context) {
    const volumes = context.informers.of(persistentVolumes);
    await runReconciler({
      context,
      name: 'pvprotection',
      triggers: [on(volumes)],
      async reconcile(name) {
        const volume = volumes.lister.get(name);
        if (volume === undefined) return;
        const resource = context.client.of(persistentVolumes);
        await protect(volume, { resource, finalizer: 'kubernetes.io/pv-protection', isUsed: isVolumeInUse });
      },
    });
  },
};
