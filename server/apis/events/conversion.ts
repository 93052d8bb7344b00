/** events.k8s.io/v1 events and core/v1 events: two views of the same stored objects, which are core events. */
import { isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';

/** What one view calls a field, what the other, and what stands for it where it is absent; null and "" are absent otherwise. */
type Renamed = readonly [to: string, from: string, always?: JsonValue];

/** In Go's order, as the fields are written. */
const coreFields: readonly Renamed[] = [
  ['involvedObject', 'regarding', {}],
  ['reason', 'reason'],
  ['message', 'note'],
  ['source', 'deprecatedSource', {}],
  ['firstTimestamp', 'deprecatedFirstTimestamp', null],
  ['lastTimestamp', 'deprecatedLastTimestamp', null],
  ['count', 'deprecatedCount'],
  ['type', 'type'],
  ['eventTime', 'eventTime', null],
  ['series', 'series'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingComponent', 'reportingController', ''],
  ['reportingInstance', 'reportingInstance', ''],
];

const eventFields: readonly Renamed[] = [
  ['eventTime', 'eventTime', null],
  ['series', 'series'],
  ['reportingController', 'reportingComponent'],
  ['reportingInstance', 'reportingInstance'],
  ['action', 'action'],
  ['reason', 'reason'],
  ['regarding', 'involvedObject', {}],
  ['related', 'related'],
  ['note', 'message'],
  ['type', 'type'],
  ['deprecatedSource', 'source', {}],
  ['deprecatedFirstTimestamp', 'firstTimestamp', null],
  ['deprecatedLastTimestamp', 'lastTimestamp', null],
  ['deprecatedCount', 'count'],
];

export function toCoreEvent(event: KubeObject): KubeObject {
  return renamed({ kind: 'Event', apiVersion: 'v1', metadata: event.metadata }, event, coreFields);
}

export function fromCoreEvent(core: KubeObject): KubeObject {
  return renamed({ kind: 'Event', apiVersion: 'events.k8s.io/v1', metadata: core.metadata }, core, eventFields);
}

/** Mutates `to`. */
function renamed(to: KubeObject, from: JsonObject, fields: readonly Renamed[]): KubeObject {
  for (const [name, source, always] of fields) {
    const value = from[source];
    if (always !== undefined) to[name] = value ?? always;
    else if (isSet(value) && value !== '' && value !== 0) to[name] = value;
  }
  return to;
}
