/** A write that changes nothing but the times in managedFields changes nothing: the times stay. */
import { isJsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';

/** Mutates `object`. */
export function keepTimes(object: KubeObject, old: KubeObject): void {
  const { managedFields: now, ...metadata } = object.metadata;
  const { managedFields: before, ...oldMetadata } = old.metadata;
  if (now === before || now === undefined || before === undefined || now.length !== before.length) return;
  if (!now.every((entry, index) => jsonEquals(withoutTime(entry), withoutTime(before[index] ?? null)))) return;
  if (jsonEquals({ ...object, metadata }, { ...old, metadata: oldMetadata })) object.metadata.managedFields = before;
}

function withoutTime(entry: JsonValue): JsonValue {
  if (!isJsonObject(entry)) return entry;
  const { time: _time, ...rest } = entry;
  return rest;
}
