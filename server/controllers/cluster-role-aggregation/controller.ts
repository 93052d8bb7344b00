/** ClusterRoles that select others get the rules of those. */
import { keyOf } from '../../client/lister.ts';
import { clusterRoles } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { aggregatedRules, sameRules } from './aggregate.ts';

export const clusterRoleAggregation: Controller = {
  name: 'clusterrole-aggregation-controller',
  alias: 'clusterrole-aggregation',
  account: 'clusterrole-aggregation-controller',
  async run(context) {
    const roles = context.informers.of(clusterRoles);
    await runReconciler({
      context,
      name: 'ClusterRoleAggregator',
      triggers: [
        // Whichever role changes, it may be part of any that aggregates.
        on(roles, () =>
          roles.lister.list().flatMap((role) => (role.aggregationRule === undefined ? [] : [keyOf(role)])),
        ),
      ],
      async reconcile(name) {
        const role = roles.lister.get(name);
        const rules = role === undefined ? undefined : aggregatedRules(role, roles.lister);
        if (rules === undefined || sameRules(rules, role?.rules ?? [])) return;
        const fieldManager = 'clusterrole-aggregation-controller';
        await context.client.of(clusterRoles).apply({ metadata: { name }, rules }, { fieldManager, force: true });
      },
    });
  },
};
