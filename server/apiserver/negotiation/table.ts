/** The meta.k8s.io views of objects: Table and PartialObjectMetadata. */
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { TableConvertor } from '../registry/generic/table-convertor.ts';
import { type ResourceScope, toRequestVersion } from '../registry/resource-scope.ts';

/** ?includeObject= of a table request. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly now: number;
  readonly includeObject: IncludeObject;
  readonly representation: { readonly viewVersion: string };
}

const columnsOf = new WeakMap<object, JsonValue[]>();

export function tableHead(
  table: TableConvertor,
  viewVersion: string,
): { kind: string; apiVersion: string; columns: JsonValue[] } {
  let columns = columnsOf.get(table);
  if (columns === undefined) {
    columns = table.columns.map(({ name, type, format, description, priority }) => ({
      name,
      type,
      format,
      description,
      priority,
    }));
    columnsOf.set(table, columns);
  }
  return { kind: 'Table', apiVersion: `meta.k8s.io/${viewVersion}`, columns };
}

/** `object` is in the storage version. */
export function tableRow(scope: ResourceScope, object: KubeObject, options: TableOptions): JsonObject {
  const whole = options.includeObject === 'Object' ? toRequestVersion(scope, object) : object;
  return rowOf(scope.definition.table, object, whole, options);
}

function rowOf(table: TableConvertor, object: KubeObject, whole: KubeObject, options: TableOptions): JsonObject {
  const row: JsonObject = { cells: table.cells(object, { now: options.now }) };
  const conditions = table.conditions?.(object) ?? [];
  if (conditions.length > 0) row.conditions = conditions.map((condition) => ({ ...condition }));
  if (options.includeObject === 'Object') row.object = whole;
  else row.object = options.includeObject === 'None' ? null : metadataOf(object, options.representation.viewVersion);
  return row;
}

export function tableOf(scope: ResourceScope, object: KubeObject, options: TableOptions): JsonObject {
  return tableOfRow(scope.definition.table, object, tableRow(scope, object, options), options);
}

/** Of an object that is not of a resource's own kind: a Scale. */
export function tableOfValue(table: TableConvertor, object: KubeObject, options: TableOptions): JsonObject {
  return tableOfRow(table, object, rowOf(table, object, object, options), options);
}

function tableOfRow(table: TableConvertor, object: KubeObject, row: JsonObject, options: TableOptions): JsonObject {
  const { kind, apiVersion, columns } = tableHead(table, options.representation.viewVersion);
  const { resourceVersion } = object.metadata;
  const metadata: JsonObject = resourceVersion === undefined ? {} : { resourceVersion };
  return { kind, apiVersion, metadata, columnDefinitions: columns, rows: [row] };
}

export function metadataOf(object: KubeObject, viewVersion: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${viewVersion}`, metadata: object.metadata };
}
