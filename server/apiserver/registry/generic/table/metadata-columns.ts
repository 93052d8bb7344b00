/** The columns that nearly every table has, and the table of resources that have no others. */
import { since, text } from './cells.ts';
import { type Cell, type Column, column, tableOf } from './column.ts';
import { pathReader, stringOf } from './json-reading.ts';

const NAME_DESCRIPTION = 'Name of the object, unique for its kind in its namespace.';
const creationTimestamp = pathReader('metadata.creationTimestamp');

/** A Name column with a cell of its own. */
export function nameColumnOf(cell: Cell): Column {
  return { ...column('Name', 'string', NAME_DESCRIPTION, cell), format: 'name' };
}

export const nameColumn = nameColumnOf(text('metadata.name'));

export const ageColumn = column(
  'Age',
  'string',
  'Time since the object was created.',
  since('metadata.creationTimestamp'),
);

export const createdAtColumn = column('Created At', 'date', 'When the object was created.', (object) =>
  stringOf(creationTimestamp(object), '0001-01-01T00:00:00Z'),
);

/** Resources without columns of their own. */
export const defaultTable = tableOf([nameColumn, createdAtColumn]);

/** Resources whose name and age say it all. */
export const nameAndAgeTable = tableOf([nameColumn, ageColumn]);
