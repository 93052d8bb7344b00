/** Pods leave nodes whose taints they do not tolerate, at once or when their time there is over. */
import { keyOf } from '../../client/lister.ts';
import { nodes, pods } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { podsByNode } from '../pods/by-node.ts';
import { on, runReconciler } from '../reconciler.ts';
import { evictPod } from './evict-pod.ts';
import { drivingTaints, timeToStay } from './tolerations.ts';

const cause = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' };

export const taintEviction: Controller = {
  name: 'taint-eviction-controller',
  alias: 'taint-eviction',
  account: 'node-controller',
  async run(context) {
    const { informers, clock, events } = context;
    const allPods = informers.of(pods);
    const allNodes = informers.of(nodes);
    const podsOf = podsByNode(allPods);
    /** Monotonic milliseconds at which each pod has to go. */
    const leaves = new Map<string, number>();
    await runReconciler({
      context,
      name: 'noexec_taint_pod',
      workers: 8,
      triggers: [
        on(allPods, ({ object, before, deleted }) => {
          if (deleted) leaves.delete(keyOf(object));
          const isMoved = before?.spec?.nodeName !== object.spec?.nodeName;
          const isOther = before?.spec?.tolerations?.length !== object.spec?.tolerations?.length;
          return !deleted && (isMoved || isOther) ? keyOf(object) : undefined;
        }),
        on(allNodes, ({ object, before, deleted }) => {
          const taints = JSON.stringify(drivingTaints(object));
          if (deleted || taints === JSON.stringify(before === undefined ? [] : drivingTaints(before))) return undefined;
          return podsOf(object.metadata.name ?? '').map(keyOf);
        }),
      ],
      async reconcile(key) {
        const pod = allPods.lister.byKey(key);
        const node = allNodes.lister.get(pod?.spec?.nodeName ?? '');
        if (pod === undefined || node === undefined || pod.metadata.deletionTimestamp !== undefined) return undefined;
        const taints = drivingTaints(node);
        const stay = taints.length === 0 ? Infinity : timeToStay(pod.spec?.tolerations ?? [], taints);
        const now = clock.monotonic();
        if (stay === Infinity) {
          if (leaves.delete(key)) {
            const message = `Cancelling deletion of Pod ${key}`;
            events.event(
              { ...pod, apiVersion: 'v1', kind: 'Pod' },
              { type: 'Normal', reason: 'TaintManagerEviction', message },
            );
          }
          return undefined;
        }
        // Once set the time stands, also when further taints come.
        const due = stay === 0 ? now : Math.min(leaves.get(key) ?? Infinity, now + stay);
        leaves.set(key, due);
        if (due > now) return { after: due - now };
        const message = `Marking for deletion Pod ${key}`;
        events.event(
          { ...pod, apiVersion: 'v1', kind: 'Pod' },
          { type: 'Normal', reason: 'TaintManagerEviction', message },
        );
        await evictPod(context, pod, cause);
        leaves.delete(key);
        return undefined;
      },
    });
  },
};
