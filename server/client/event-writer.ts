/** How an event gets written: the seam between the recorder and the two forms that events have. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { ObjectReference } from './api-types.ts';
import type { Client } from './client.ts';

export interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  /** In CamelCase, for programs. */
  readonly reason: string;
  /** For people. */
  readonly message: string;
  /** What was done or tried; events.k8s.io/v1 only. */
  readonly action?: string;
  readonly related?: ObjectReference;
}

export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  /** "deployment-controller": who speaks. */
  readonly component: string;
  /** Which one of them: a host. */
  readonly instance: string;
  /** Default: core/v1, as all but the scheduler write them. */
  readonly version?: 'core/v1' | 'events.k8s.io/v1';
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** Takes an occurrence when its turn has come. @throws what the client throws */
export interface EventWriter {
  write(regarding: ObjectReference, occurrence: Occurrence): Promise<void>;
}
