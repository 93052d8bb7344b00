/** Tables as lists of columns: each column knows how it is announced and how its cell follows from an object. */
import type { JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { RowContext, TableColumn, TableConvertor } from '../table-convertor.ts';

export type Cell = (object: KubeObject, context: RowContext) => JsonValue;

export interface Column extends TableColumn {
  readonly cell: Cell;
}

/** A column that is always shown. */
export function column(name: string, type: TableColumn['type'], description: string, cell: Cell): Column {
  return { name, type, format: '', description, priority: 0, cell };
}

/** A column that shows with -o wide only. */
export function wideColumn(name: string, type: TableColumn['type'], description: string, cell: Cell): Column {
  return { name, type, format: '', description, priority: 1, cell };
}

export function tableOf(columns: readonly Column[]): TableConvertor {
  const cells = columns.map((each) => each.cell);
  return {
    columns: columns.map(({ name, type, format, description, priority }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    cells: (object, context) => cells.map((cell) => cell(object, context)),
  };
}
