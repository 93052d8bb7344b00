/** Every namespace has a service account "default", made again when somebody deletes it. */
import { isAlreadyExists } from '../../client/client.ts';
import { namespaces, serviceAccounts } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { isActive } from '../namespace/phase.ts';
import { on, runReconciler } from '../reconciler.ts';

const accountName = 'default';

export const serviceAccountController: Controller = {
  name: 'serviceaccount-controller',
  alias: 'serviceaccount',
  account: 'service-account-controller',
  async run(context) {
    const all = context.informers.of(namespaces);
    const accounts = context.informers.of(serviceAccounts);
    await runReconciler({
      context,
      name: 'serviceaccount',
      triggers: [
        on(all),
        on(accounts, ({ object, deleted }) =>
          deleted && object.metadata.name === accountName ? object.metadata.namespace : undefined,
        ),
      ],
      async reconcile(namespace) {
        if (!isActive(all.lister.get(namespace)) || accounts.lister.get(accountName, namespace) !== undefined) return;
        try {
          await context.client.of(serviceAccounts).create({ metadata: { name: accountName, namespace } });
        } catch (error) {
          if (!isAlreadyExists(error) && isActive(all.lister.get(namespace))) throw error;
        }
      },
    });
  },
};
