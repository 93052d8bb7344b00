/** events.k8s.io/v1: the same again within some minutes makes a series of the first event, counted in it now and then. */
import { formatMicroTime } from '../apimachinery/meta/time.ts';
import type { EventsV1Event, ObjectReference } from './api-types.ts';
import { isNotFound } from './client.ts';
import { eventName, eventNamespace, referenceKey } from './event-names.ts';
import type { EventRecorderOptions, EventWriter, Occurrence } from './event-writer.ts';
import * as limits from './limits.ts';
import { RecentMap } from './recent-map.ts';
import { events } from './resource-types.ts';

interface Series {
  readonly namespace: string;
  readonly name: string;
  count: number;
  /** Monotonic milliseconds. */
  seenAt: number;
  writtenAt: number;
}

/** As the API has it. */
const longestNote = 1024;

export class EventSeriesWriter implements EventWriter {
  readonly #options: EventRecorderOptions;
  readonly #series = new RecentMap<string, Series>(limits.EVENTS_REMEMBERED);

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  async write(regarding: ObjectReference, occurrence: Occurrence): Promise<void> {
    const { client, clock, random, component, instance, signal } = this.#options;
    const { type, reason, action = '', related } = occurrence;
    const key = [
      referenceKey(regarding),
      type,
      reason,
      action,
      related === undefined ? '' : referenceKey(related),
    ].join('|');
    const now = clock.monotonic();
    const time = formatMicroTime(clock.now());
    const resource = client.of(events);
    const running = this.#series.get(key);
    if (running !== undefined && now - running.seenAt < limits.EVENT_SERIES_MS) {
      running.seenAt = now;
      running.count++;
      // The first repetition shows at once, the others now and then.
      if (running.count > 2 && now - running.writtenAt < limits.EVENT_SERIES_HEARTBEAT_MS) return;
      running.writtenAt = now;
      const { name, namespace, count } = running;
      try {
        await resource.patch(
          name,
          { series: { count, lastObservedTime: time } },
          { namespace, type: 'strategic', signal },
        );
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    const event: EventsV1Event = {
      metadata: { name: eventName(regarding, { clock, random }), namespace: eventNamespace(regarding) },
      eventTime: time,
      reportingController: component,
      reportingInstance: instance,
      action,
      reason,
      regarding,
      ...(related === undefined ? {} : { related }),
      note: occurrence.message.slice(0, longestNote),
      type,
    };
    const { name = '', namespace = '' } = (await resource.create(event, { signal })).metadata;
    this.#series.set(key, { name, namespace, count: 1, seenAt: now, writtenAt: now });
  }
}
