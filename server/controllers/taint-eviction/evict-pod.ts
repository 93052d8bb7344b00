/** Ends a pod because of a taint: its status says why, then it is deleted. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Pod } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { pods } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';

/** For programs, and for people. */
export interface EvictionCause {
  readonly reason: string;
  readonly message: string;
}

export async function evictPod(
  { client, clock }: ControllerContext,
  pod: Pod,
  { reason, message }: EvictionCause,
): Promise<void> {
  const { name = '', namespace, uid } = pod.metadata;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason,
    message,
    lastTransitionTime: formatTime(clock.now()),
  };
  try {
    const patch = { metadata: { uid }, status: { conditions: [condition] } };
    await client.of(pods).patch(name, patch, { namespace, type: 'strategic', subresource: 'status' });
    await client.of(pods).delete(name, { namespace, preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
