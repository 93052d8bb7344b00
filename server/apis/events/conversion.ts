/** events.k8s.io/v1 events and core/v1 events: two views of the same stored objects, which are core events. */
import { isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';

/** Fields that both have under the same name and that are absent when empty. */
const shared = ['reason', 'type', 'series', 'action', 'related'] as const;

export function toCoreEvent(event: KubeObject): KubeObject {
  const core: KubeObject = {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: event.metadata,
    involvedObject: event.regarding ?? {},
    source: event.deprecatedSource ?? {},
    firstTimestamp: event.deprecatedFirstTimestamp ?? null,
    lastTimestamp: event.deprecatedLastTimestamp ?? null,
    eventTime: event.eventTime ?? null,
    reportingComponent: event.reportingController ?? '',
    reportingInstance: event.reportingInstance ?? '',
  };
  copyShared(core, event);
  put(core, 'message', event.note);
  put(core, 'count', event.deprecatedCount);
  return core;
}

export function fromCoreEvent(core: KubeObject): KubeObject {
  const event: KubeObject = {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: core.metadata,
    eventTime: core.eventTime ?? null,
    regarding: core.involvedObject ?? {},
    deprecatedSource: core.source ?? {},
    deprecatedFirstTimestamp: core.firstTimestamp ?? null,
    deprecatedLastTimestamp: core.lastTimestamp ?? null,
  };
  copyShared(event, core);
  put(event, 'reportingController', core.reportingComponent);
  put(event, 'reportingInstance', core.reportingInstance);
  put(event, 'note', core.message);
  put(event, 'deprecatedCount', core.count);
  return event;
}

function copyShared(to: JsonObject, from: JsonObject): void {
  for (const field of shared) put(to, field, from[field]);
}

function put(to: JsonObject, field: string, value: JsonValue | undefined): void {
  if (isSet(value) && value !== '' && value !== 0) to[field] = value;
}
