/** StatefulSets: pods with names and claims of their own, made, updated and ended in order. */
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { StatefulSet } from '../../client/api-types.ts';
import { keyOf } from '../../client/lister.ts';
import { controllerRevisions, persistentVolumeClaims, pods, statefulSets } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { indexByController } from '../workload/owner-reference.ts';
import { onDependents } from '../workload/owner-trigger.ts';
import { StatefulSetSync } from './stateful-set-sync.ts';

const selectorOf = ({ spec }: StatefulSet) => labelSelectorToSelector(spec?.selector);

export const statefulSetController: Controller = {
  name: 'statefulset-controller',
  alias: 'statefulset',
  account: 'statefulset-controller',
  async run(context) {
    const owners = context.informers.of(statefulSets);
    const dependents = context.informers.of(pods);
    const revisions = context.informers.of(controllerRevisions);
    const claims = context.informers.of(persistentVolumeClaims);
    indexByController(dependents);
    indexByController(revisions);
    const sync = new StatefulSetSync({ context, owners, dependents, revisions, claims, selectorOf });
    await runReconciler({
      context,
      name: 'statefulset',
      triggers: [
        on(owners),
        onDependents({ owners, dependents, selectorOf }),
        // Only waited for.
        on(revisions, () => undefined),
        // A pod may have to wait until the claim of its predecessor is gone.
        on(claims, ({ object, deleted }) =>
          deleted ? owners.lister.list(object.metadata.namespace).map(keyOf) : undefined,
        ),
      ],
      reconcile: (key) => sync.run(key),
    });
  },
};
