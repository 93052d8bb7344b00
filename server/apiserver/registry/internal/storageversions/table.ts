/** Printed columns of StorageVersions. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { text, UNSET } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { firstOf } from '../../generic/table/shortened-list.ts';

const SHOWN_SERVERS = 3;

export const table = tableOf([
  nameColumn,
  column(
    'CommonEncodingVersion',
    'string',
    'Version that all servers write, if they agree.',
    text('status.commonEncodingVersion', UNSET),
  ),
  column('StorageVersions', 'string', 'Version that each server writes.', storageVersions),
  ageColumn,
]);

/** "server=v1". */
function storageVersions(storageVersion: KubeObject): string {
  const servers = itemsOf(fieldsOf(storageVersion.status).storageVersions).map(fieldsOf);
  return (
    firstOf(
      servers.map((server) => `${stringOf(server.apiServerID)}=${stringOf(server.encodingVersion)}`),
      SHOWN_SERVERS,
    ) || UNSET
  );
}
