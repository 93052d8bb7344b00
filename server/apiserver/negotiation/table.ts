/** The meta.k8s.io views of objects: Table and PartialObjectMetadata. */
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { type ResourceScope, toRequestVersion } from '../registry/resource-scope.ts';

/** ?includeObject= of a table request. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly now: number;
  readonly includeObject: IncludeObject;
  readonly representation: { readonly viewVersion: string };
}

const columnsOf = new WeakMap<object, JsonValue[]>();

export function tableHead(scope: ResourceScope, viewVersion: string): { kind: string; apiVersion: string; columns: JsonValue[] } {
  const { table } = scope.definition;
  let columns = columnsOf.get(table);
  if (columns === undefined) {
    columns = table.columns.map(({ name, type, format, description, priority }) => ({ name, type, format, description, priority }));
    columnsOf.set(table, columns);
  }
  return { kind: 'Table', apiVersion: `meta.k8s.io/${viewVersion}`, columns };
}

/** `object` is in the storage version. */
export function tableRow(scope: ResourceScope, object: KubeObject, options: TableOptions): JsonObject {
  const { table } = scope.definition;
  const row: JsonObject = { cells: table.cells(object, { now: options.now }) };
  const conditions = table.conditions?.(object) ?? [];
  if (conditions.length > 0) row.conditions = conditions.map((condition) => ({ ...condition }));
  if (options.includeObject === 'Object') row.object = toRequestVersion(scope, object);
  else row.object = options.includeObject === 'None' ? null : metadataOf(object, options.representation.viewVersion);
  return row;
}

export function tableOf(scope: ResourceScope, objects: readonly KubeObject[], options: TableOptions): JsonObject {
  const { kind, apiVersion, columns } = tableHead(scope, options.representation.viewVersion);
  const rows = objects.map((object) => tableRow(scope, object, options));
  const resourceVersion = objects.length === 1 ? objects[0]?.metadata.resourceVersion : undefined;
  return { kind, apiVersion, metadata: resourceVersion === undefined ? {} : { resourceVersion }, columnDefinitions: columns, rows };
}

export function metadataOf(object: KubeObject, viewVersion: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${viewVersion}`, metadata: object.metadata };
}
