/** One watch as a collection of events. */
import { type KubernetesObject, Watch } from '@kubernetes/client-node';
import type { World } from './claim.ts';
import { Collector } from './collector.ts';

export type WatchQuery = Parameters<Watch['watch']>[1];

export interface WatchedEvent {
  readonly type: string;
  readonly object: KubernetesObject & { readonly data?: Record<string, string> };
}

export interface OpenWatch {
  readonly events: Collector<WatchedEvent>;
  /** How the stream ended: undefined for a clean end. */
  readonly ended: Promise<unknown>;
  close(): void;
}

export async function openWatch({ config, namespace }: World, query: WatchQuery): Promise<OpenWatch> {
  const events = new Collector<WatchedEvent>();
  const { promise: ended, resolve } = Promise.withResolvers<unknown>();
  const controller = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`,
    query,
    (type, object: WatchedEvent['object']) => events.push({ type, object }),
    (error: unknown) => resolve(error ?? undefined),
  );
  return { events, ended, close: () => controller.abort() };
}

/** Where a watch that is to see everything from now on has to start. */
export async function currentResourceVersion({ core, namespace }: World): Promise<string> {
  const list = await core.listNamespacedConfigMap({ namespace, limit: 1 });
  return list.metadata?.resourceVersion ?? '';
}

/** "ADDED a" */
export function summary({ type, object }: WatchedEvent): string {
  return `${type} ${object.metadata?.name}`;
}
