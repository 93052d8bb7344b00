/** Printed columns of MutatingWebhookConfigurations and ValidatingWebhookConfigurations. */
import { count } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Webhooks', 'integer', 'Number of webhooks.', count('webhooks')),
  ageColumn,
]);
