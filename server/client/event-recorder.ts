/** Says what happened to an object, as Events: written one after the other in the background, joined where they repeat. */
import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { ObjectReference } from './api-types.ts';
import { pause } from './backoff.ts';
import { reasonOf } from './client.ts';
import { CoreEventWriter } from './core-event-writer.ts';
import { EventSeriesWriter } from './event-series-writer.ts';
import type { EventRecorderOptions, EventWriter, Occurrence } from './event-writer.ts';
import * as limits from './limits.ts';

export interface EventRecorder {
  /** Never fails and never waits. */
  event(regarding: KubeObject | ObjectReference, occurrence: Occurrence): void;
}

export function newEventRecorder(options: EventRecorderOptions): EventRecorder {
  const writer = options.version === 'events.k8s.io/v1' ? new EventSeriesWriter(options) : new CoreEventWriter(options);
  return new QueuedRecorder(options, writer);
}

/** An object named as events name it. */
export function referenceTo(object: KubeObject | ObjectReference): ObjectReference {
  if (!('metadata' in object)) return object;
  const { apiVersion, kind } = object;
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return { apiVersion, kind, name, namespace, uid, resourceVersion };
}

class QueuedRecorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #writer: EventWriter;
  readonly #pending: Array<readonly [ObjectReference, Occurrence]> = [];
  #writing = false;

  constructor(options: EventRecorderOptions, writer: EventWriter) {
    this.#options = options;
    this.#writer = writer;
  }

  event(regarding: KubeObject | ObjectReference, occurrence: Occurrence): void {
    if (this.#pending.length >= limits.EVENTS_PENDING || this.#options.signal.aborted) return;
    this.#pending.push([referenceTo(regarding), occurrence]);
    if (!this.#writing) void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    const { signal, clock, random, onError } = this.#options;
    this.#writing = true;
    for (let next = this.#pending.shift(); next !== undefined && !signal.aborted; next = this.#pending.shift()) {
      for (let attempt = 1; !signal.aborted; attempt++) {
        try {
          await this.#writer.write(...next);
          break;
        } catch (error) {
          if (signal.aborted) return;
          // A refusal stays one; a namespace that ends takes no more events.
          if (reasonOf(error) !== undefined || attempt >= maxAttempts) {
            if (reasonOf(error) === undefined) onError(error, 'an event could not be written');
            break;
          }
          await pause(clock, retryAfter * (attempt === 1 ? random.fraction() : 1), signal);
        }
      }
    }
    this.#writing = false;
  }
}

const maxAttempts = 12;
/** Milliseconds. */
const retryAfter = 10_000;
