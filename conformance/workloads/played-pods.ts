/** Statuses of pods as a kubelet would write them, so that what a controller makes of them is all that is left to compare. */
import type { JsonObject } from '../differential/case.ts';
import { at } from './look-up.ts';

export type PlayedState = 'ready' | 'unready' | 'succeeded' | 'failed' | PlayedFailure | PlayedRestarts;

export interface PlayedFailure {
  readonly exitCode: number;
  /** Of a condition that is true, such as DisruptionTarget. */
  readonly condition?: string;
  /** Of the pod, such as Evicted. */
  readonly reason?: string;
}

/** Running, after its containers have started again so often. */
export interface PlayedRestarts {
  readonly restarts: number;
}

/** `now`: RFC 3339, in seconds. */
export function playedStatus(pod: JsonObject, { state, now }: { state: PlayedState; now: string }): JsonObject {
  const observedGeneration = (at(pod, 'metadata.generation') ?? 1) as number;
  const condition = (type: string, isTrue: boolean): JsonObject => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime: now,
    observedGeneration,
  });
  const restarts = typeof state === 'object' && 'restarts' in state ? state.restarts : 0;
  const isRunning = state === 'ready' || state === 'unready' || restarts > 0;
  const isReady = state === 'ready' || restarts > 0;
  const failure = typeof state === 'object' && 'exitCode' in state ? state : { exitCode: state === 'failed' ? 1 : 0 };
  const startedAt = (at(pod, 'status.startTime') ?? now) as string;
  const ended = {
    exitCode: failure.exitCode,
    reason: failure.exitCode === 0 ? 'Completed' : 'Error',
    startedAt,
    finishedAt: now,
  };
  const containers = (at(pod, 'spec.containers') ?? []) as JsonObject[];
  return {
    phase: isRunning ? 'Running' : state === 'succeeded' ? 'Succeeded' : 'Failed',
    startTime: startedAt,
    ...(failure.reason === undefined ? {} : { reason: failure.reason }),
    conditions: [
      condition('Initialized', true),
      condition('Ready', isReady),
      condition('ContainersReady', isReady),
      ...(failure.condition === undefined ? [] : [condition(failure.condition, true)]),
    ],
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready: isReady,
      started: isRunning,
      restartCount: restarts,
      state: isRunning ? { running: { startedAt } } : { terminated: ended },
    })),
  };
}
