/** Pods leave devices whose taints their claims do not tolerate, at once or when their time there is over. */
import type { Pod, ResourceClaim } from '../../client/api-types.ts';
import { joinKey, keyOf } from '../../client/lister.ts';
import { pods, resourceClaims, resourceSlices } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { isPodReference } from '../resource-claim/claims-of-pod.ts';
import { on, runReconciler } from '../reconciler.ts';
import { endOfClaim, poolOfSlice, poolsOfClaim, usedClaims } from './device-taints.ts';
import { evictPod } from './evict-pod.ts';

const byPool = 'device-taints/pool';
const name = 'device-taint-eviction-controller';
const reason = 'DeviceTaintManagerEviction';
const cause = {
  reason: 'DeletionByDeviceTaintManager',
  message: 'Device Taint manager: deleting due to NoExecute taint',
};
/** Milliseconds that a timer can wait at most. */
const longestWait = 2 ** 31 - 1;

export const deviceTaintEviction: Controller = {
  name,
  account: name,
  async run(context) {
    const { informers, clock, events } = context;
    const allPods = informers.of(pods);
    const claims = informers.of(resourceClaims);
    const slices = informers.of(resourceSlices);
    claims.addIndexes({ [byPool]: poolsOfClaim });
    slices.addIndexes({ [byPool]: (slice) => [poolOfSlice(slice)] });
    const slicesOf = (pool: string) => slices.lister.byIndex(byPool, pool);
    const endOf = (pod: Pod): number => {
      const used = usedClaims(pod, (claim) => claims.lister.get(claim, pod.metadata.namespace));
      return Math.min(Infinity, ...used.map((claim) => endOfClaim(claim, { slicesOf, now: clock.now() })));
    };
    /** Pods that are to go. */
    const leaving = new Set<string>();
    const say = (pod: Pod, message: string) =>
      events.event({ ...pod, apiVersion: 'v1', kind: 'Pod' }, { type: 'Normal', reason, message });
    await runReconciler({
      context,
      name: 'device_taint_eviction',
      triggers: [
        on(allPods, ({ object, deleted }) => {
          if (deleted) leaving.delete(keyOf(object));
          return !deleted && (object.spec?.resourceClaims ?? []).length > 0 ? keyOf(object) : undefined;
        }),
        on(claims, ({ object }) => usersOf(object)),
        on(slices, ({ object }) => claims.lister.byIndex(byPool, poolOfSlice(object)).flatMap(usersOf)),
      ],
      async reconcile(key) {
        const pod = allPods.lister.byKey(key);
        if (pod === undefined || (pod.spec?.nodeName ?? '') === '') return undefined;
        if (pod.metadata.deletionTimestamp !== undefined) return undefined;
        const end = endOf(pod);
        if (end === Infinity) {
          if (leaving.delete(key)) say(pod, 'Cancelling deletion');
          return undefined;
        }
        leaving.add(key);
        const after = end - clock.now();
        if (after > 0) return { after: Math.min(after, longestWait) };
        say(pod, 'Marking for deletion');
        await evictPod(context, pod, cause);
        leaving.delete(key);
        return undefined;
      },
    });
  },
};

function usersOf({ metadata, status }: ResourceClaim): string[] {
  return (status?.reservedFor ?? []).filter(isPodReference).map((user) => joinKey(user.name, metadata.namespace));
}
