/** What the scheduler writes: bindings, why a pod waits, and the end of pods that make room. */
import type { PodInfo } from '../../backends/scheduler/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import { formatTime } from '../apimachinery/meta/time.ts';
import type { Pod } from '../client/api-types.ts';
import { type Client, isNotFound } from '../client/client.ts';
import { pods } from '../client/resource-types.ts';

export interface PodWriterParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export class PodWriter {
  readonly #parts: PodWriterParts;

  constructor(parts: PodWriterParts) {
    this.#parts = parts;
  }

  /** @throws StatusError, TransportError */
  async bind({ namespace, name, uid }: PodInfo, node: string): Promise<void> {
    const { client, signal } = this.#parts;
    const binding: object = { metadata: { name, namespace, uid }, target: { kind: 'Node', name: node } };
    await client.of(pods).create(binding as Pod, { namespace, name, subresource: 'binding', signal });
  }

  /** Nothing is written that is there already. */
  async setUnscheduled(
    pod: Pod,
    why: { readonly reason: string; readonly message: string; readonly nominatedNode: string | undefined },
  ): Promise<void> {
    const { clock } = this.#parts;
    const before = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    const { reason, message, nominatedNode } = why;
    const isSame = before?.status === 'False' && before.reason === reason && before.message === message;
    const isNominated = nominatedNode === undefined || nominatedNode === (pod.status?.nominatedNodeName ?? '');
    if (isSame && isNominated) return;
    const lastTransitionTime = before?.status === 'False' ? before.lastTransitionTime : formatTime(clock.now());
    const { generation } = pod.metadata;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      lastProbeTime: null,
      lastTransitionTime,
    };
    await this.#patchStatus(pod.metadata, {
      conditions: [{ ...condition, ...(generation === undefined ? {} : { observedGeneration: generation }) }],
      ...(isNominated ? {} : { nominatedNodeName: nominatedNode === '' ? null : nominatedNode }),
    });
  }

  /** @throws StatusError, TransportError */
  async evict(victim: PodInfo, schedulerName: string): Promise<void> {
    const { client, clock, signal } = this.#parts;
    const { namespace, name, uid } = victim;
    if (victim.isTerminating) return;
    await this.#patchStatus(victim, {
      conditions: [
        {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'PreemptionByScheduler',
          message: `${schedulerName}: preempting to accommodate a higher priority pod`,
          lastTransitionTime: formatTime(clock.now()),
        },
      ],
    });
    await client.of(pods).delete(name, { namespace, preconditions: { uid }, signal }).catch(ignoreGone);
  }

  async #patchStatus(
    { namespace, name = '', uid }: { readonly namespace?: string; readonly name?: string; readonly uid?: string },
    status: object,
  ): Promise<void> {
    const { client, signal } = this.#parts;
    await client
      .of(pods)
      .patch(name, { metadata: { uid }, status }, { namespace, type: 'strategic', subresource: 'status', signal })
      .catch(ignoreGone);
  }
}

function ignoreGone(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
