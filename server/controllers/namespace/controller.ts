/** Namespaces that are deleted go once everything in them has: ordered, with conditions that say what they wait for. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Namespace } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { namespaces } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { on, type Requeue, runReconciler } from '../reconciler.ts';
import { conditionsAfter } from './conditions.ts';
import { deleteContent } from './delete-content.ts';

const finalizer = 'kubernetes';
/** Milliseconds for which requests that were let in before the namespace began to end may still make something in it. */
const lateComers = 1_000;

export const namespaceController: Controller = {
  name: 'namespace-controller',
  alias: 'namespace',
  account: 'namespace-controller',
  async run(context) {
    const informer = context.informers.of(namespaces);
    /** Monotonic milliseconds at which the end of a namespace was first seen, by uid. */
    const ending = new Map<string, number>();
    await runReconciler({
      context,
      name: 'namespace',
      workers: 10,
      triggers: [
        on(informer, ({ object: { metadata }, deleted }) => {
          if (deleted) ending.delete(metadata.uid ?? '');
          return !deleted && metadata.deletionTimestamp !== undefined ? metadata.name : undefined;
        }),
      ],
      async reconcile(name) {
        const namespace = informer.lister.get(name);
        if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
        // Others have finalizers of their own; ours is off.
        if (namespace.spec?.finalizers?.includes(finalizer) !== true) return undefined;
        const { uid = '' } = namespace.metadata;
        const since = ending.get(uid) ?? context.clock.monotonic();
        ending.set(uid, since);
        return empty(context, namespace, since);
      },
    });
  },
};

async function empty(context: ControllerContext, namespace: Namespace, since: number): Promise<Requeue | undefined> {
  const { client, clock, signal } = context;
  const { name = '' } = namespace.metadata;
  const mayGrowUntil = since + lateComers;
  const settled = clock.monotonic() >= mayGrowUntil;
  const content = await deleteContent(client, name, signal);
  await report(context, namespace, content);
  if (content.failures.length > 0) throw new Error(content.failures.join(', '));
  if (content.undiscovered !== undefined) throw new Error(content.undiscovered);
  if (content.estimate > 0 || content.remaining.size > 0) {
    // Looked at often at first: most finalizers are off within moments.
    const waited = clock.monotonic() - since;
    return { after: Math.min((content.estimate / 2 + 1) * 1000, Math.max(250, waited / 2)) };
  }
  if (!settled) return { after: mayGrowUntil - clock.monotonic() };
  await finalize(context, name);
  return undefined;
}

async function report(
  { client, clock, signal }: ControllerContext,
  namespace: Namespace,
  content: Parameters<typeof conditionsAfter>[1],
): Promise<void> {
  const conditions = conditionsAfter(namespace, content, formatTime(clock.now()));
  if (conditions === undefined && namespace.status?.phase === 'Terminating') return;
  const status = { ...namespace.status, phase: 'Terminating', ...(conditions === undefined ? {} : { conditions }) };
  await client
    .of(namespaces)
    .updateStatus({ ...namespace, status }, { signal })
    .catch(unlessGone);
}

async function finalize({ client, signal }: ControllerContext, name: string): Promise<void> {
  try {
    const present = await client.of(namespaces).get(name, { signal });
    const finalizers = (present.spec?.finalizers ?? []).filter((each) => each !== finalizer);
    await client
      .of(namespaces)
      .update({ ...present, spec: { ...present.spec, finalizers } }, { subresource: 'finalize', signal });
  } catch (error) {
    unlessGone(error);
  }
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
