/** Printed columns of Events, for core and events.k8s.io alike (objects come as core/v1). */
import type { JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { ageOf, timeOf } from '../../generic/table/age.ts';
import { integerOf, text } from '../../generic/table/cells.ts';
import { column, tableOf, wideColumn } from '../../generic/table/column.ts';
import { fieldsOf, isMessage, stringOf } from '../../generic/table/json-reading.ts';
import type { RowContext } from '../../generic/table-convertor.ts';

export const table = tableOf([
  column('Last Seen', 'string', 'Time since it last happened.', lastSeen),
  column('Type', 'string', 'Normal or Warning.', text('type')),
  column('Reason', 'string', 'What happened, in one word.', text('reason')),
  column('Object', 'string', 'The object that it happened to.', involvedObject),
  wideColumn('Subobject', 'string', 'The part of the object it is about.', text('involvedObject.fieldPath')),
  wideColumn('Source', 'string', 'Who reported it.', source),
  column('Message', 'string', 'What happened, for people.', (event) => stringOf(event.message).trim()),
  wideColumn('First Seen', 'string', 'Time since it first happened.', firstSeen),
  wideColumn('Count', 'string', 'How often it happened.', count),
  { ...wideColumn('Name', 'string', 'Name of the event.', text('metadata.name')), format: 'name' },
]);

function firstSeen(event: KubeObject, context: RowContext): string {
  return ageOf(timeOf(event.firstTimestamp) === undefined ? event.eventTime : event.firstTimestamp, context);
}

function lastSeen(event: KubeObject, context: RowContext): string {
  if (isMessage(event.series)) return ageOf(event.series.lastObservedTime, context);
  return timeOf(event.lastTimestamp) === undefined ? firstSeen(event, context) : ageOf(event.lastTimestamp, context);
}

/** Events of the newer API that happened once have no count. */
function count(event: KubeObject): JsonValue {
  return isMessage(event.series) ? integerOf(event.series.count) : integerOf(event.count) || 1;
}

function involvedObject(event: KubeObject): string {
  const { kind, name } = fieldsOf(event.involvedObject);
  const lowerKind = stringOf(kind).toLowerCase();
  return stringOf(name) === '' ? lowerKind : `${lowerKind}/${stringOf(name)}`;
}

function source(event: KubeObject): string {
  const { component, host } = fieldsOf(event.source);
  const reporter = stringOf(component) || stringOf(event.reportingComponent);
  const instance = stringOf(host) || stringOf(event.reportingInstance);
  return instance === '' ? reporter : `${reporter}, ${instance}`;
}
