/** Printed columns of FlowSchemas. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { TableConvertor } from '../../generic/table-convertor.ts';
import { integer, NONE, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { findCondition } from '../../generic/table/conditions.ts';
import { fieldsOf, isMessage, numberOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

const rows = tableOf([
  nameColumn,
  column('PriorityLevel', 'string', 'Level that its requests get.', text('spec.priorityLevelConfiguration.name')),
  column(
    'MatchingPrecedence',
    'string',
    'Which schema is tried first: the lowest.',
    integer('spec.matchingPrecedence'),
  ),
  column('DistinguisherMethod', 'string', 'How its requests are split into flows.', distinguisherMethod),
  ageColumn,
  column('MissingPL', 'string', 'Whether its priority level is missing.', missingPriorityLevel),
]);

export const table: TableConvertor = {
  ...rows,
  // Lists read in the order in which the schemas are tried; those of one precedence stay in the order of their names.
  compareRows: (a, b) => precedence(a) - precedence(b),
};

function precedence(schema: KubeObject): number {
  return numberOf(fieldsOf(schema.spec).matchingPrecedence);
}

function distinguisherMethod(schema: KubeObject): string {
  const method = fieldsOf(schema.spec).distinguisherMethod;
  return isMessage(method) ? stringOf(method.type) : NONE;
}

function missingPriorityLevel(schema: KubeObject): string {
  const dangling = findCondition(fieldsOf(schema.status).conditions, 'Dangling');
  return dangling === undefined ? '?' : stringOf(dangling.status);
}
