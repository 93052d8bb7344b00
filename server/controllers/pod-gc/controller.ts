/** Takes away pods that nobody else would: too many that have ended, those of nodes that are gone, those that no node ever had. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Pod } from '../../client/api-types.ts';
import { pause } from '../../client/backoff.ts';
import { isNotFound } from '../../client/client.ts';
import { nodes, pods } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { isTerminal } from '../pods/phases.ts';
import { aborted } from '../reconciler.ts';
import { missingNodes, surplusOf, terminatingOutOfService, unscheduledTerminating } from './choose.ts';

/** Milliseconds between two rounds. */
const every = 20_000;
/** Milliseconds for which a node must be missing before its pods go. */
const quarantine = 40_000;
/** Pods that have ended and may stay; upstream: --terminated-pod-gc-threshold. */
const endedPodsKept = 12_500;

export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector-controller',
  alias: 'podgc',
  account: 'pod-garbage-collector',
  async run(context) {
    const { clock, informers, signal, onError } = context;
    const allPods = informers.of(pods);
    const allNodes = informers.of(nodes);
    await Promise.race([Promise.all([allPods.synced, allNodes.synced]), aborted(signal)]);
    const missingSince = new Map<string, number>();
    const remove = async (chosen: readonly Pod[], reason?: string) => {
      for (const pod of chosen) {
        await markFailedAndDelete(context, pod, reason).catch((error: unknown) =>
          onError(error, 'pod garbage collection'),
        );
      }
    };
    while (!signal.aborted) {
      const list = allPods.lister.list();
      const nodeOf = (name: string) => allNodes.lister.get(name);
      await remove(surplusOf(list, endedPodsKept));
      await remove(terminatingOutOfService(list, nodeOf));
      const missing = missingNodes(list, nodeOf);
      for (const name of missingSince.keys()) if (!missing.has(name)) missingSince.delete(name);
      for (const name of missing) {
        const since = missingSince.get(name) ?? clock.monotonic();
        missingSince.set(name, since);
        if (clock.monotonic() - since < quarantine || (await nodeExists(context, name))) continue;
        await remove(
          list.filter(({ spec }) => spec?.nodeName === name),
          'PodGC: node no longer exists',
        );
      }
      await remove(unscheduledTerminating(list));
      await pause(clock, every, signal);
    }
  },
};

async function nodeExists({ client }: ControllerContext, name: string): Promise<boolean> {
  try {
    await client.of(nodes).get(name, { metadataOnly: true });
    return true;
  } catch (error) {
    return !isNotFound(error);
  }
}

/** Whoever waits for the pod's end learns that it failed. */
async function markFailedAndDelete({ client, clock }: ControllerContext, pod: Pod, message?: string): Promise<void> {
  const { name = '', namespace, uid } = pod.metadata;
  const now = formatTime(clock.now());
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message,
    lastTransitionTime: now,
  };
  try {
    if (!isTerminal(pod)) {
      const status = { phase: 'Failed', ...(message === undefined ? {} : { conditions: [condition] }) };
      await client
        .of(pods)
        .patch(name, { metadata: { uid }, status }, { namespace, type: 'strategic', subresource: 'status' });
    }
    await client.of(pods).delete(name, { namespace, gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
