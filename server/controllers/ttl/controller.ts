/** Tells every node how long it may trust what it has read of Secrets and ConfigMaps. */
import { isNotFound } from '../../client/client.ts';
import { nodes } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { secondsOf, stepFor } from './time-to-live.ts';

const annotation = 'node.alpha.kubernetes.io/ttl';

export const ttlController: Controller = {
  name: 'ttl-controller',
  alias: 'ttl',
  account: 'ttl-controller',
  async run(context) {
    const all = context.informers.of(nodes);
    let step = 0;
    await runReconciler({
      context,
      name: 'ttlcontroller',
      triggers: [
        on(all, ({ object, before, deleted }) => {
          const isOther = before === undefined || deleted;
          const now = isOther ? stepFor(all.lister.size, step) : step;
          const [name = ''] = [object.metadata.name];
          if (now === step) return deleted ? undefined : name;
          step = now;
          return all.lister.list().map(({ metadata }) => metadata.name ?? '');
        }),
      ],
      async reconcile(name) {
        const node = all.lister.get(name);
        const wanted = String(secondsOf(step));
        if (node === undefined || node.metadata.annotations?.[annotation] === wanted) return;
        try {
          await context.client.of(nodes).patch(name, { metadata: { annotations: { [annotation]: wanted } } });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      },
    });
  },
};
