/** One round of emptying a namespace: pods first and alone, then everything else, custom resources too. */
import type { PartialObject, Pod } from '../../client/api-types.ts';
import { type Client, reasonOf } from '../../client/client.ts';
import { discover, type ServedResource } from '../../client/discovery.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import type { Progress } from './conditions.ts';
import { pods } from '../../client/resource-types.ts';

export interface DeletedContent extends Progress {
  /** Seconds after which it is worth looking again; 0: nothing is left, or nobody knows what it waits for. */
  readonly estimate: number;
}

/** Seconds given to whoever takes finalizers off. */
const finalizerEstimate = 15;
/** Resources emptied side by side. */
const atOnce = 8;

export async function deleteContent(client: Client, namespace: string, signal: AbortSignal): Promise<DeletedContent> {
  const round = new Round(client, namespace, signal);
  return round.run();
}

class Round {
  readonly #client: Client;
  readonly #namespace: string;
  readonly #signal: AbortSignal;
  readonly #failures: string[] = [];
  readonly #remaining = new Map<string, number>();
  readonly #finalizers = new Map<string, number>();
  #estimate = 0;

  constructor(client: Client, namespace: string, signal: AbortSignal) {
    this.#client = client;
    this.#namespace = namespace;
    this.#signal = signal;
  }

  async run(): Promise<DeletedContent> {
    const { resources, missing } = await discover(this.#client, { signal: this.#signal });
    const deletable = resources.filter(
      ({ namespaced, preferred, verbs }) => namespaced && preferred && verbs.includes('delete'),
    );
    const isPods = ({ group, resource }: ServedResource) => group === '' && resource === 'pods';
    // What a pod uses on its way out stays until it is gone.
    for (const resource of deletable.filter(isPods)) await this.#empty(resource);
    if (this.#remaining.size === 0 && this.#failures.length === 0) {
      const others = deletable.filter((resource) => !isPods(resource));
      const work = others.values();
      const worker = async () => {
        for (const resource of work) await this.#empty(resource);
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
    }
    const undiscovered =
      missing.length === 0
        ? undefined
        : `Discovery failed for some groups, ${missing.length} failing: unable to retrieve the complete list of server APIs: ${missing.join(', ')}: stale GroupVersion discovery: ${missing.join(', ')}`;
    return {
      undiscovered,
      failures: this.#failures,
      remaining: this.#remaining,
      finalizers: this.#finalizers,
      estimate: this.#estimate,
    };
  }

  async #empty(resource: ServedResource): Promise<void> {
    try {
      await this.#emptyOrThrow(resource);
    } catch (error) {
      // It went out of service between discovery and now.
      if (isNotServed(error)) return;
      this.#failures.push(error instanceof Error ? error.message : String(error));
    }
  }

  async #emptyOrThrow(resource: ServedResource): Promise<void> {
    if ((await this.#list(resource)).length === 0) return;
    const estimate = resource.resource === 'pods' && resource.group === '' ? await this.#longestGrace() : 0;
    await this.#delete(resource);
    const left = await this.#list(resource);
    if (left.length === 0) return;
    const { group, version } = resource;
    this.#remaining.set(`${resource.resource}.${group}`, left.length);
    const finalizers = left.flatMap(({ metadata }) => metadata.finalizers ?? []);
    for (const finalizer of finalizers) this.#finalizers.set(finalizer, (this.#finalizers.get(finalizer) ?? 0) + 1);
    if (estimate > 0 || finalizers.length > 0) {
      this.#estimate = Math.max(this.#estimate, estimate > 0 ? estimate : finalizerEstimate);
      return;
    }
    const gvr = `${group}/${version}, Resource=${resource.resource}`;
    throw new Error(`unexpected items still remain in namespace: ${this.#namespace} for gvr: ${gvr}`);
  }

  async #list(resource: ServedResource): Promise<PartialObject[]> {
    const type: ResourceType<PartialObject> = { ...resource, object: undefined };
    const list = await this.#client.of(type).list({
      namespace: this.#namespace,
      metadataOnly: true,
      signal: this.#signal,
    });
    return list.items;
  }

  async #delete(resource: ServedResource): Promise<void> {
    const options = {
      namespace: this.#namespace,
      propagationPolicy: 'Background' as const,
      signal: this.#signal,
    };
    const client = this.#client.of(resource);
    if (resource.verbs.includes('deletecollection')) {
      await client.deleteCollection(options);
      return;
    }
    for (const { metadata } of await this.#list(resource)) {
      await client.delete(metadata.name ?? '', options).catch((error: unknown) => {
        if (!isNotServed(error)) throw error;
      });
    }
  }

  /** Seconds that the pods may still take. */
  async #longestGrace(): Promise<number> {
    const list = await this.#client.of(pods).list({ namespace: this.#namespace, signal: this.#signal });
    const graceOf = ({ spec, status }: Pod) =>
      status?.phase === 'Succeeded' || status?.phase === 'Failed' ? 0 : (spec?.terminationGracePeriodSeconds ?? 0);
    return Math.max(0, ...list.items.map(graceOf));
  }
}

function isNotServed(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === 'NotFound' || reason === 'MethodNotAllowed';
}
