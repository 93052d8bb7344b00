/** core/v1 events: the same again is counted, many alike become one, and one source cannot flood one object. */
import { formatTime } from '../apimachinery/meta/time.ts';
import type { CoreV1Event, ObjectReference } from './api-types.ts';
import { isNotFound } from './client.ts';
import { eventName, eventNamespace, referenceKey } from './event-names.ts';
import type { EventRecorderOptions, EventWriter, Occurrence } from './event-writer.ts';
import * as limits from './limits.ts';
import { RecentMap } from './recent-map.ts';
import { coreEvents } from './resource-types.ts';

interface Alike {
  readonly messages: Set<string>;
  lastAt: number;
}

interface Written {
  readonly name: string;
  readonly namespace: string;
  readonly count: number;
}

export class CoreEventWriter implements EventWriter {
  readonly #options: EventRecorderOptions;
  readonly #alike = new RecentMap<string, Alike>(limits.EVENTS_REMEMBERED);
  readonly #written = new RecentMap<string, Written>(limits.EVENTS_REMEMBERED);
  readonly #buckets = new RecentMap<string, { tokens: number; at: number }>(limits.EVENTS_REMEMBERED);

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  async write(regarding: ObjectReference, occurrence: Occurrence): Promise<void> {
    const { client, clock, random, component, instance, signal } = this.#options;
    if (this.#isFlood(regarding)) return;
    const { type, reason } = occurrence;
    const kindOf = [referenceKey(regarding), type, reason].join('|');
    const isJoined = this.#isOneOfMany(kindOf, occurrence.message);
    const message = isJoined ? `(combined from similar events): ${occurrence.message}` : occurrence.message;
    const key = isJoined ? kindOf : `${kindOf}|${message}`;
    const now = formatTime(clock.now());
    const resource = client.of(coreEvents);
    const before = this.#written.get(key);
    if (before !== undefined) {
      const { name, namespace, count } = before;
      const repeated = { count: count + 1, lastTimestamp: now, message };
      try {
        await resource.patch(name, repeated, { namespace, type: 'strategic', signal });
        this.#written.set(key, { name, namespace, count: count + 1 });
        return;
      } catch (error) {
        // It has ended meanwhile.
        if (!isNotFound(error)) throw error;
      }
    }
    const event: CoreV1Event = {
      metadata: { name: eventName(regarding, { clock, random }), namespace: eventNamespace(regarding) },
      involvedObject: regarding,
      type,
      reason,
      message,
      source: { component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      reportingComponent: component,
      reportingInstance: instance,
    };
    const { name = '', namespace = '' } = (await resource.create(event, { signal })).metadata;
    this.#written.set(key, { name, namespace, count: 1 });
  }

  /** More than so many different messages about the same within the interval. */
  #isOneOfMany(kindOf: string, message: string): boolean {
    const now = this.#options.clock.monotonic();
    let alike = this.#alike.get(kindOf);
    if (alike === undefined || now - alike.lastAt > limits.ALIKE_EVENTS_MS)
      alike = { messages: new Set(), lastAt: now };
    alike.lastAt = now;
    alike.messages.add(message);
    this.#alike.set(kindOf, alike);
    if (alike.messages.size < limits.ALIKE_EVENTS) return false;
    // One stays less than the limit, so that the next different one is joined too.
    const [oldest] = alike.messages;
    if (oldest !== undefined) alike.messages.delete(oldest);
    return true;
  }

  #isFlood(regarding: ObjectReference): boolean {
    const key = referenceKey(regarding);
    const now = this.#options.clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { tokens: limits.EVENT_BURST, at: now };
    bucket.tokens = Math.min(limits.EVENT_BURST, bucket.tokens + (now - bucket.at) / limits.EVENT_REFILL_MS);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) return true;
    bucket.tokens -= 1;
    return false;
  }
}
