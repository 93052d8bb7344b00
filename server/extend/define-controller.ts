/** A controller of a defined resource: whatever changes, its reconcile function makes what is there what the object asks for. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { ObjectMeta } from '../apimachinery/meta/object.ts';
import type { Client } from '../client/client.ts';
import { InformerFactory } from '../client/informer-factory.ts';
import { joinKey, keyOf, type Lister } from '../client/lister.ts';
import { apiVersionOfType, type ResourceType } from '../client/resource-type.ts';
import { runWorkers } from '../client/run-workers.ts';
import { WorkQueue } from '../client/work-queue.ts';

interface KubeLike {
  metadata: ObjectMeta;
  status?: object | undefined;
}

export interface ControllerOptions<T extends KubeLike> {
  /** Field manager, and the name of its queue; default: "<kind>-controller". */
  readonly name?: string;
  readonly for: ResourceType<T>;
  /** What it makes for its objects: a change there has the owner looked at again. */
  readonly owns?: readonly ResourceType[];
  /** Objects that are worked on at once; default: 4. */
  readonly workers?: number;
  /**
   * Called until it returns, again after every change, and once more after `again` milliseconds. It goes by what is there, never by
   * what has happened: the same call twice changes nothing.
   */
  readonly reconcile: (
    object: T,
    context: ReconcileContext<T>,
  ) => Promise<undefined | { readonly again: number } | void>;
}

export interface ReconcileContext<T extends KubeLike> {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Makes or changes what the object owns: it goes when the object goes. */
  readonly apply: <Owned extends object>(
    type: ResourceType<Owned>,
    object: Owned & { metadata: ObjectMeta },
  ) => Promise<Owned>;
  /** What there is of a type in `owns`, as last seen: never change it. */
  readonly owned: <Owned extends object>(type: ResourceType<Owned>, name: string) => Owned | undefined;
  /** Writes the object's status where it is another one. */
  readonly setStatus: (status: NonNullable<T['status']>) => Promise<void>;
}

export interface DefinedController {
  readonly name: string;
  /** Runs until the signal aborts. */
  run(parts: ControllerParts): Promise<void>;
}

export interface ControllerParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Told what went wrong and is tried again. */
  readonly onError: (error: unknown, what: string) => void;
}

type Owned = { readonly metadata: ObjectMeta };

export function defineController<T extends KubeLike>(options: ControllerOptions<T>): DefinedController {
  const { name = `${options.for.kind.toLowerCase()}-controller` } = options;
  return { name, run: (parts) => runController(options, name, parts) };
}

async function runController<T extends KubeLike>(
  options: ControllerOptions<T>,
  name: string,
  parts: ControllerParts,
): Promise<void> {
  const { client, clock, random, signal, onError } = parts;
  const informers = new InformerFactory({ client, clock, random, signal, onError });
  const queue = new WorkQueue<string>({ name, clock });
  const objects = informers.of<T>(options.for);
  const want = (object: T): void => queue.add(keyOf(object));
  objects.addHandlers({ added: want, updated: (_, object) => want(object), deleted: () => undefined });
  const listers = new Map<string, Lister<Owned>>();
  for (const type of options.owns ?? []) {
    const informer = informers.of(type as ResourceType<Owned>);
    listers.set(typeKey(type), informer.lister);
    const wantOwner = ({ metadata }: Owned): void => {
      const owner = metadata.ownerReferences?.find(
        (reference) => reference.controller === true && reference.kind === options.for.kind,
      );
      if (owner !== undefined) queue.add(joinKey(owner.name, metadata.namespace));
    };
    informer.addHandlers({ added: wantOwner, updated: (_, object) => wantOwner(object), deleted: wantOwner });
  }
  await informers.synced(signal);
  await runWorkers({
    queue,
    signal,
    workers: options.workers ?? 4,
    onError: (error, key) => onError(error, `${name}: ${key}`),
    async work(key) {
      const object = objects.lister.byKey(key);
      // What it owned goes with it, by its owner references.
      if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
      const result = await options.reconcile(
        structuredClone(object),
        contextOf(object, { options, name, parts, listers }),
      );
      if (result !== undefined) queue.addAfter(key, result.again);
    },
  });
}

function contextOf<T extends KubeLike>(
  object: T,
  {
    options,
    name,
    parts,
    listers,
  }: {
    readonly options: ControllerOptions<T>;
    readonly name: string;
    readonly parts: ControllerParts;
    readonly listers: ReadonlyMap<string, Lister<Owned>>;
  },
): ReconcileContext<T> {
  const { client, signal } = parts;
  const { metadata } = object;
  const owner = {
    apiVersion: apiVersionOfType(options.for),
    kind: options.for.kind,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    client,
    signal,
    apply(type, wanted) {
      const own = { namespace: metadata.namespace, ...wanted.metadata, ownerReferences: [owner] };
      return client.of(type).apply({ ...wanted, metadata: own }, { fieldManager: name, force: true, signal });
    },
    owned: <Item extends object>(type: ResourceType<Item>, itemName: string) =>
      listers.get(typeKey(type))?.get(itemName, metadata.namespace) as Item | undefined,
    async setStatus(status) {
      if (JSON.stringify(status) === JSON.stringify(object.status)) return;
      const { namespace, name: objectName = '' } = metadata;
      await client
        .of(options.for)
        .patch(objectName, { status }, { namespace, subresource: 'status', fieldManager: name });
    },
  };
}

function typeKey({ group, resource }: ResourceType): string {
  return `${group}/${resource}`;
}
