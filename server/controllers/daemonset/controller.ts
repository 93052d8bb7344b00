/** DaemonSets: a pod on each node that is eligible, replaced node by node when the template changes. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { DaemonSet, Node } from '../../client/api-types.ts';
import { keyOf } from '../../client/lister.ts';
import { controllerRevisions, daemonSets, nodes, pods } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { type Change, on, runReconciler } from '../reconciler.ts';
import { gathered } from '../workload/gathered-trigger.ts';
import { controllerOf, indexByController } from '../workload/owner-reference.ts';
import { onDependents, ownersOf } from '../workload/owner-trigger.ts';
import { DaemonSetSync } from './daemon-set-sync.ts';

const selectorOf = ({ spec }: DaemonSet) => labelSelectorToSelector(spec?.selector);

export const daemonSetController: Controller = {
  name: 'daemonset-controller',
  alias: 'daemonset',
  account: 'daemon-set-controller',
  async run(context) {
    const owners = context.informers.of(daemonSets);
    const dependents = context.informers.of(pods);
    const revisions = context.informers.of(controllerRevisions);
    const allNodes = context.informers.of(nodes);
    indexByController(dependents);
    indexByController(revisions);
    const sync = new DaemonSetSync({ context, owners, dependents, revisions, nodes: allNodes, selectorOf });
    const queue = context.newQueue('daemonset');
    // Each round looks at every node.
    const gather = { queue, sizeOf: () => allNodes.lister.size };
    await runReconciler({
      context,
      name: 'daemonset',
      queue,
      workers: 2,
      triggers: [
        on(owners),
        // One that somebody makes for a daemon set is let be until there is a reason to look.
        on(revisions, (change) =>
          change.before === undefined && controllerOf(change.object) !== undefined
            ? undefined
            : ownersOf(change, { owners, selectorOf }),
        ),
        gathered(onDependents({ owners, dependents, selectorOf }), gather),
        gathered(
          on(allNodes, (change) => (isRelevant(change) ? owners.lister.list().map(keyOf) : undefined)),
          gather,
        ),
      ],
      reconcile: (key) => sync.run(key),
    });
  },
};

/** Heartbeats are not. */
function isRelevant({ object, before, deleted }: Change<Node>): boolean {
  if (before === undefined || deleted) return true;
  const placing = ({ metadata, spec }: Node) =>
    ({ labels: metadata.labels ?? {}, taints: spec?.taints ?? [] }) as unknown as JsonValue;
  return !jsonEquals(placing(before), placing(object));
}
