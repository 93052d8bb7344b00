/** Printed columns of custom resources: JSONPaths of their definition, or the age alone. */
import { formatBadValue } from '../../apimachinery/errors/field-error.ts';
import { isRawJson, type JsonValue } from '../../apimachinery/json.ts';
import { findValues } from '../../apimachinery/jsonpath/find-values.ts';
import { JsonPathError, parseJsonPath, type PathStep } from '../../apimachinery/jsonpath/parse-json-path.ts';
import { sortedThroughout } from '../../apimachinery/schema/canonical.ts';
import { goFloat64 } from '../../apimachinery/yaml/go-float.ts';
import { ageOf } from '../registry/generic/table/age.ts';
import { type Cell, type Column, tableOf } from '../registry/generic/table/column.ts';
import { nameColumn } from '../registry/generic/table/metadata-columns.ts';
import type { RowContext, TableColumn, TableConvertor } from '../registry/generic/table-convertor.ts';
import type { ColumnFacts } from './definition-facts.ts';

const age: ColumnFacts = {
  name: 'Age',
  type: 'date',
  format: '',
  description: 'Time since the object was created.',
  priority: 0,
  path: '.metadata.creationTimestamp',
};

/** Upstream stops at the first path that is none, and shows the columns before it. */
export function customTable(columns: readonly ColumnFacts[]): TableConvertor {
  const shownColumns: Column[] = [nameColumn];
  for (const facts of columns.length === 0 ? [age] : columns) {
    const steps = stepsOf(facts.path);
    if (steps === undefined) break;
    shownColumns.push(columnOf(facts, steps));
  }
  return tableOf(shownColumns);
}

function columnOf(
  { name, type, format, description, priority, path }: ColumnFacts,
  steps: readonly PathStep[],
): Column {
  return {
    name,
    type: type as TableColumn['type'],
    format,
    description: description === '' ? `Custom resource definition column (in JSONPath format): ${path}` : description,
    priority,
    cell: cellOf(type, steps),
  };
}

function cellOf(type: string, steps: readonly PathStep[]): Cell {
  return (object, context) => {
    const [value] = findValues(object, steps);
    if (value === null && type === 'string') return '<no value>';
    return value === undefined || value === null ? null : shown(value, type, context);
  };
}

/** Undefined for a path that is none. */
function stepsOf(path: string): readonly PathStep[] | undefined {
  try {
    return parseJsonPath(path);
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

function shown(value: JsonValue, type: string, context: RowContext): JsonValue {
  switch (type) {
    case 'string':
      return textOf(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : isRawJson(value) ? value : null;
    case 'number':
      return typeof value === 'number' || isRawJson(value) ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageOf(value, context);
    default:
      return null;
  }
}

/** As upstream prints a value where a text is wanted: lists and objects as JSON. */
export function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (isRawJson(value)) return value.rawJSON;
  if (typeof value === 'number' && !Number.isInteger(value)) return goFloat64(value);
  return formatBadValue(sortedThroughout(value));
}
