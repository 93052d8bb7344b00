/** Makes and ends the pods of a workload, and says so in its events. */
import type { StatusError } from '../../apimachinery/errors/status-error.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import type { ObjectMeta } from '../../apimachinery/meta/object.ts';
import type { Pod, PodTemplateSpec } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { keyOf, type Stored } from '../../client/lister.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import { pods } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import { newControllerReference } from './owner-reference.ts';
import type { PendingWrites } from './pending-writes.ts';

export interface PodControlOptions {
  readonly context: Pick<ControllerContext, 'client' | 'events'>;
  readonly pending: PendingWrites<Pod>;
}

/** An owner as events name it. */
export type Owner = Stored & { readonly apiVersion?: string; readonly kind?: string };

export class PodControl {
  readonly #context: PodControlOptions['context'];
  readonly #pending: PendingWrites<Pod>;

  constructor({ context, pending }: PodControlOptions) {
    this.#context = context;
    this.#pending = pending;
  }

  /** Undefined: its namespace ends, and nothing is made any more. @throws what the client throws */
  async create(pod: Pod, owner: Owner): Promise<Pod | undefined> {
    const { client, events } = this.#context;
    let created: Pod;
    try {
      created = await client.of(pods).create(pod, { namespace: owner.metadata.namespace ?? '' });
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      events.event(owner, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${textOf(error)}` });
      throw error;
    }
    this.#pending.wrote(keyOf(owner), created);
    events.event(owner, {
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${created.metadata.name}`,
    });
    return created;
  }

  /** One that is gone already is no failure. @throws Error */
  async delete(pod: Pod, owner: Owner): Promise<void> {
    const { client, events } = this.#context;
    const { name = '', namespace } = pod.metadata;
    try {
      await client.of(pods).delete(name, { namespace });
    } catch (error) {
      if (isNotFound(error)) return;
      events.event(owner, { type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${textOf(error)}` });
      throw new Error(`unable to delete pods: ${textOf(error)}`, { cause: error });
    }
    this.#pending.deleted(keyOf(owner), pod);
    events.event(owner, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` });
  }
}

export interface PodFromTemplateOptions {
  readonly owner: Stored;
  readonly ownerType: ResourceType;
}

/** Has no name yet; what is changed on it changes nothing of the template. */
export function podFromTemplate(
  template: PodTemplateSpec | undefined,
  { owner, ownerType }: PodFromTemplateOptions,
): Pod {
  const { labels, annotations, finalizers } = (template?.metadata ?? {}) as ObjectMeta;
  return {
    metadata: {
      generateName: generatedPrefix(owner.metadata.name ?? ''),
      labels: { ...labels },
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
      ...(finalizers === undefined ? {} : { finalizers: [...finalizers] }),
      ownerReferences: [newControllerReference(owner, ownerType)],
    },
    spec: structuredClone(template?.spec) as NonNullable<Pod['spec']>,
  };
}

function generatedPrefix(name: string): string {
  // As a prefix, whatever follows the dash.
  return isDns1123Subdomain(`${name}a`).length === 0 ? `${name}-` : name;
}

export function isNamespaceTerminating(error: unknown): boolean {
  const causes = (error as Partial<StatusError>).status?.details?.causes;
  return causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
