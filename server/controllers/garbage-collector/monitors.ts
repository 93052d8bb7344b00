/** One watch of metadata for each resource that can be deleted: what comes and goes in the cluster, into the graph. */
import type { PartialObject } from '../../client/api-types.ts';
import { discover, type ServedResource } from '../../client/discovery.ts';
import { type ReflectorSink, runReflector } from '../../client/reflector.ts';
import { apiVersionOfType, type ResourceType } from '../../client/resource-type.ts';
import { aborted } from '../reconciler.ts';
import type { ControllerContext } from '../controller.ts';
import type { DependencyGraph } from './graph.ts';

export class Monitors {
  readonly #context: ControllerContext;
  readonly #graph: DependencyGraph;
  readonly #running = new Map<string, { readonly synced: Promise<void>; readonly stop: () => void }>();
  #served: readonly ServedResource[] = [];

  constructor(context: ControllerContext, graph: DependencyGraph) {
    this.#context = context;
    this.#graph = graph;
  }

  /** The resource of an owner's kind, in whatever version. */
  resourceOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): ResourceType | undefined {
    return this.#served.find(
      (each) => each.kind === kind && apiVersionOfType(each) === apiVersion && each.verbs.includes('get'),
    );
  }

  /** Begins and ends watches as resources come and go. */
  async refresh(): Promise<void> {
    const { client, signal } = this.#context;
    const { resources, missing } = await discover(client, { signal });
    this.#served = resources;
    const wanted = new Map(resources.filter(isCollectable).map((resource) => [keyOf(resource), resource]));
    for (const [key, { stop }] of this.#running) {
      // A server that is silent for a while has not lost what it served.
      if (wanted.has(key) || missing.some((groupVersion) => key.startsWith(`${groupVersion}/`))) continue;
      stop();
      this.#running.delete(key);
    }
    for (const [key, resource] of wanted) if (!this.#running.has(key)) this.#running.set(key, this.#start(resource));
  }

  async synced(): Promise<void> {
    await Promise.race([
      Promise.all([...this.#running.values()].map(({ synced }) => synced)),
      aborted(this.#context.signal),
    ]);
  }

  #start(resource: ServedResource): { synced: Promise<void>; stop: () => void } {
    const { client, clock, random, signal, onError } = this.#context;
    const controller = new AbortController();
    const sink = new MonitorSink(resource, this.#graph);
    const type: ResourceType<PartialObject> = { ...resource, object: undefined };
    void runReflector({
      resource: client.of(type),
      select: {},
      metadataOnly: true,
      sink,
      clock,
      random,
      signal: AbortSignal.any([signal, controller.signal]),
      onError,
    });
    const stop = (): void => {
      controller.abort();
      // Nobody would see these go any more: what the graph still had would count as there for ever.
      sink.replace(new Map());
    };
    return { synced: sink.synced, stop };
  }
}

function keyOf({ group, version, resource }: ServedResource): string {
  return `${group}/${version}/${resource}`;
}

function isCollectable({ resource, preferred, verbs }: ServedResource): boolean {
  // Events end by themselves, and there are many.
  return preferred && resource !== 'events' && ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb));
}

class MonitorSink implements ReflectorSink<PartialObject> {
  readonly #type: ResourceType;
  readonly #graph: DependencyGraph;
  /** The uid under each key. */
  readonly #uids = new Map<string, string>();
  readonly #synced = Promise.withResolvers<void>();

  constructor({ group, version, resource, kind, namespaced }: ServedResource, graph: DependencyGraph) {
    this.#type = { group, version, resource, kind, namespaced };
    this.#graph = graph;
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  replace(objects: ReadonlyMap<string, PartialObject>): void {
    for (const key of [...this.#uids.keys()]) if (!objects.has(key)) this.delete(key);
    for (const [key, object] of objects) this.set(key, object);
    this.#synced.resolve();
  }

  set(key: string, { metadata }: PartialObject): void {
    const before = this.#uids.get(key);
    if (before !== undefined && before !== metadata.uid) this.#graph.delete(before);
    this.#uids.set(key, this.#graph.set(this.#type, metadata).uid);
  }

  delete(key: string): void {
    const uid = this.#uids.get(key);
    if (uid === undefined) return;
    this.#uids.delete(key);
    this.#graph.delete(uid);
  }

  progress(): void {
    // The graph has no order over resources that would depend on it.
  }
}
