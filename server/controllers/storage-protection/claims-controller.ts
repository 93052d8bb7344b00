/** Volume claims stay for as long as pods use them. */
import type { PersistentVolumeClaim } from '../../client/api-types.ts';
import { keyOf } from '../../client/lister.ts';
import { persistentVolumeClaims, pods } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { claimKeysOf } from '../pods/claims.ts';
import { isTerminal } from '../pods/phases.ts';
import { on, runReconciler } from '../reconciler.ts';
import { podUsesClaim } from './in-use.ts';
import { protect } from './protect.ts';

const byClaim = 'protection/claim';

export const claimProtection: Controller = {
  name: 'persistentvolumeclaim-protection-controller',
  alias: 'pvc-protection',
  account: 'pvc-protection-controller',
  async run(context) {
    const claims = context.informers.of(persistentVolumeClaims);
    const allPods = context.informers.of(pods);
    allPods.addIndexes({ [byClaim]: claimKeysOf });
    /** The informer may not know the newest pod: what it does not show is asked for. */
    const isUsed = async (claim: PersistentVolumeClaim): Promise<boolean> => {
      if (allPods.lister.byIndex(byClaim, keyOf(claim)).some((pod) => podUsesClaim(pod, claim))) return true;
      const { items } = await context.client.of(pods).list({ namespace: claim.metadata.namespace });
      return items.some((pod) => podUsesClaim(pod, claim));
    };
    await runReconciler({
      context,
      name: 'pvcprotection',
      triggers: [
        on(claims),
        on(allPods, ({ object, deleted }) =>
          deleted || isTerminal(object) || (object.spec?.nodeName ?? '') === '' ? claimKeysOf(object) : undefined,
        ),
      ],
      async reconcile(key) {
        const claim = claims.lister.byKey(key);
        if (claim === undefined) return;
        const resource = context.client.of(persistentVolumeClaims);
        await protect(claim, { resource, finalizer: 'kubernetes.io/pvc-protection', isUsed });
      },
    });
  },
};
