/** metadata.managedFields as a map of managers, and back. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { FieldSet } from '../../apimachinery/structured-merge/field-set.ts';
import { FieldsError, parseFields } from '../../apimachinery/structured-merge/parse-fields.ts';

export type Operation = 'Apply' | 'Update';

export interface Manager {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** "": the object itself. */
  readonly subresource: string;
}

export interface ManagerEntry extends Manager {
  readonly fields: FieldSet;
  /** RFC 3339; undefined where the entry has none. */
  readonly time: string | undefined;
}

/** By identifierOf. Never changed in place. */
export type Managers = ReadonlyMap<string, ManagerEntry>;

/** Whoever applies is the same manager in whatever version; updates count by version. The text sorts as upstream's does. */
export function identifierOf({ manager, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify({
    ...(manager === '' ? {} : { manager }),
    operation,
    ...(operation === 'Apply' || apiVersion === '' ? {} : { apiVersion }),
    ...(subresource === '' ? {} : { subresource }),
  });
}

/** Entries that this server has stored. */
export function storedManagers(entries: readonly JsonValue[] | undefined): Managers {
  const managers = new Map<string, ManagerEntry>();
  for (const entry of entries ?? []) {
    if (!isJsonObject(entry)) continue;
    const managed = entryOf(entry, isJsonObject(entry.fieldsV1) ? entry.fieldsV1 : {});
    managers.set(identifierOf(managed), managed);
  }
  return managers;
}

/** Entries that a client has sent; undefined: they cannot be read. */
export function sentManagers(entries: readonly JsonValue[]): Managers | undefined {
  const managers = readManagers(entries);
  return typeof managers === 'string' ? undefined : managers;
}

/** Of entries that came with an object; a text: what is wrong with them, in upstream's words. */
export function readManagers(entries: readonly JsonValue[]): Managers | string {
  const managers = new Map<string, ManagerEntry>();
  for (const [index, entry] of entries.entries()) {
    const { operation, apiVersion, fieldsType, fieldsV1 } = asObject(entry);
    if (operation !== 'Apply' && operation !== 'Update') return 'operation must be `Apply` or `Update`';
    if (typeof apiVersion !== 'string' || apiVersion === '') return 'apiVersion must not be empty';
    if (asText(fieldsType) === '') return `missing fieldsType in managed fields entry ${index}`;
    if (fieldsType !== 'FieldsV1') {
      return `invalid fieldsType ${goQuote(asText(fieldsType))} in managed fields entry ${index}`;
    }
    try {
      const managed = entryOf(asObject(entry), parseFields(fieldsV1));
      managers.set(identifierOf(managed), managed);
    } catch (error) {
      if (error instanceof FieldsError) return `error decoding set: ${error.message}`;
      throw error;
    }
  }
  return managers;
}

function entryOf(entry: JsonObject, fields: FieldSet): ManagerEntry {
  return {
    manager: text(entry.manager),
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: text(entry.apiVersion),
    subresource: text(entry.subresource),
    fields,
    time: typeof entry.time === 'string' ? entry.time : undefined,
  };
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Undefined where there are none. */
export function encodeManagers(managers: Managers): JsonValue[] | undefined {
  return managers.size === 0 ? undefined : encodeEntries([...managers.values()]);
}

/** In upstream's order. */
export function encodeEntries(entries: readonly ManagerEntry[]): JsonValue[] {
  return entries.toSorted(compareEntries).map((entry) => ({
    ...(entry.manager === '' ? {} : { manager: entry.manager }),
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time === undefined ? {} : { time: entry.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: entry.fields,
    ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
  }));
}

/** Mutates `object`. */
export function setManagedFields(object: KubeObject, entries: JsonValue[] | undefined): void {
  if (entries === undefined) delete object.metadata.managedFields;
  else object.metadata.managedFields = entries;
}

function compareEntries(a: ManagerEntry, b: ManagerEntry): number {
  return (
    compareTexts(a.operation, b.operation) ||
    compareTexts(a.time ?? '', b.time ?? '') ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
