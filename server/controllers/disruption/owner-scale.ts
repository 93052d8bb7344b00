/** How many pods the owners of some pods want in all: the whole that a budget's percentages are of. */
import type { OwnerReference } from '../../apimachinery/meta/object.ts';
import type { Pod, ReplicaSet, Scale } from '../../client/api-types.ts';
import { type Client, isNotFound } from '../../client/client.ts';
import { discover, type ServedResource } from '../../client/discovery.ts';
import type { Lister } from '../../client/lister.ts';
import { apiVersionOfType, pathOf } from '../../client/resource-type.ts';

export interface OwnerScaleParts {
  readonly client: Client;
  readonly replicaSets: Lister<ReplicaSet>;
}

export interface ExpectedScale {
  readonly total: number;
  /** Names of pods that nobody owns. */
  readonly unmanaged: readonly string[];
}

export class OwnerScales {
  readonly #parts: OwnerScaleParts;
  #served: readonly ServedResource[] = [];

  constructor(parts: OwnerScaleParts) {
    this.#parts = parts;
  }

  /** @throws Error where an owner has no scale */
  async of(pods: readonly Pod[]): Promise<ExpectedScale> {
    const scales = new Map<string, number>();
    const seen = new Set<string>();
    const unmanaged: string[] = [];
    for (const { metadata } of pods) {
      const owner = controllerOf(metadata.ownerReferences);
      if (owner === undefined) {
        unmanaged.push(metadata.name ?? '');
        continue;
      }
      if (seen.has(owner.uid)) continue;
      seen.add(owner.uid);
      const top = this.#topOf(owner, metadata.namespace ?? '');
      if (scales.has(top.uid)) continue;
      const replicas = await this.#replicasOf(top, metadata.namespace ?? '');
      if (replicas === undefined) throw new Error(`found no controllers for pod "${metadata.name}"`);
      scales.set(top.uid, replicas);
    }
    return { total: [...scales.values()].reduce((sum, count) => sum + count, 0), unmanaged };
  }

  /** A ReplicaSet is one of several that its Deployment has. */
  #topOf(owner: OwnerReference, namespace: string): OwnerReference {
    if (owner.kind !== 'ReplicaSet' || !owner.apiVersion.startsWith('apps/')) return owner;
    return controllerOf(this.#parts.replicaSets.get(owner.name, namespace)?.metadata.ownerReferences) ?? owner;
  }

  async #replicasOf({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): Promise<number | undefined> {
    const { client } = this.#parts;
    const find = () => this.#served.find((each) => each.kind === kind && apiVersionOfType(each) === apiVersion);
    if (find() === undefined) this.#served = (await discover(client)).resources;
    const type = find();
    if (type === undefined) return undefined;
    try {
      const scale = await client.request<Scale>({ path: pathOf(type, { namespace, name, subresource: 'scale' }) });
      return scale.metadata.uid === uid ? (scale.spec?.replicas ?? 0) : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function controllerOf(owners: readonly OwnerReference[] = []): OwnerReference | undefined {
  return owners.find(({ controller }) => controller === true);
}
