/** Objects whose owners have all gone go too, at once or before their owners do, or are let go: whatever their kind. */
import { runWorkers } from '../../client/run-workers.ts';
import { customResourceDefinitions } from '../../client/resource-types.ts';
import { pause } from '../../client/backoff.ts';
import { apiVersionOfType } from '../../client/resource-type.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { Collector, UnknownKind, UnseenOwner } from './collector.ts';
import { DependencyGraph } from './graph.ts';
import { Monitors } from './monitors.ts';

const workers = 20;
/** Milliseconds between two looks at what is served, where nothing says that it has changed. */
const refreshEvery = 30_000;
/** Milliseconds that a change of definitions is given to show in what is served. */
const afterDefinition = 200;

export const garbageCollector: Controller = {
  name: 'garbage-collector-controller',
  alias: 'garbagecollector',
  account: 'generic-garbage-collector',
  async run(context) {
    const { signal, events, onError } = context;
    const attempts = context.newQueue('garbage_collector_attempt_to_delete');
    const orphans = context.newQueue('garbage_collector_attempt_to_orphan');
    const graph = new DependencyGraph({
      attempt: (uid) => attempts.add(uid),
      orphan: (uid) => orphans.add(uid),
      invalidNamespace({ type, name, namespace, uid }, { apiVersion, kind, name: owner, uid: ownerUid }) {
        const reference = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${owner}, uid: ${ownerUid}]`;
        const message = `ownerRef ${reference} does not exist in namespace "${namespace}"`;
        const regarding = { apiVersion: apiVersionOfType(type), kind: type.kind, namespace, name, uid };
        events.event(regarding, { type: 'Warning', reason: 'OwnerRefInvalidNamespace', message });
      },
    });
    const monitors = new Monitors(context, graph);
    const collector = new Collector({ context, graph, monitors, attempt: (uid) => attempts.add(uid) });
    await untilDone(context, () => monitors.refresh());
    // Who has no dependents yet may only seem so.
    await monitors.synced();
    const report = (error: unknown) => {
      if (error instanceof UnseenOwner || error instanceof UnknownKind) return;
      onError(error, 'garbage collection');
    };
    await Promise.all([
      keepRefreshing(context, monitors),
      runWorkers({ queue: attempts, workers, signal, work: (uid) => collector.attempt(uid), onError: report }),
      runWorkers({ queue: orphans, workers, signal, work: (uid) => collector.orphan(uid), onError: report }),
    ]);
  },
};

async function untilDone({ clock, signal, onError }: ControllerContext, work: () => Promise<void>): Promise<void> {
  for (let wait = 100; !signal.aborted; wait = Math.min(wait * 2, refreshEvery)) {
    try {
      await work();
      return;
    } catch (error) {
      if (signal.aborted) return;
      onError(error, 'discovery for garbage collection');
      await pause(clock, wait, signal);
    }
  }
}

async function keepRefreshing(context: ControllerContext, monitors: Monitors): Promise<void> {
  const { clock, informers, signal } = context;
  let wake: () => void = () => undefined;
  const definitions = informers.of(customResourceDefinitions, { metadataOnly: true });
  definitions.addHandlers({ added: () => wake(), updated: () => wake(), deleted: () => wake() });
  while (!signal.aborted) {
    const changed = new AbortController();
    wake = () => changed.abort();
    await pause(clock, refreshEvery, AbortSignal.any([signal, changed.signal]));
    if (changed.signal.aborted) await pause(clock, afterDefinition, signal);
    if (!signal.aborted) await untilDone(context, () => monitors.refresh());
  }
}
