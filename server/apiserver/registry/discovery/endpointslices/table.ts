/** Printed columns of EndpointSlices. */
import type { JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { text, UNSET } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { digitsOf, fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { firstOf } from '../../generic/table/shortened-list.ts';

const SHOWN_ITEMS = 3;

export const table = tableOf([
  nameColumn,
  column('AddressType', 'string', 'IPv4, IPv6 or FQDN.', text('addressType')),
  column('Ports', 'string', 'Ports of every endpoint.', ports),
  column('Endpoints', 'string', 'Addresses of the endpoints, ready or not.', endpoints),
  ageColumn,
]);

function ports(slice: KubeObject): string {
  return firstOf(itemsOf(slice.ports).map(portOf), SHOWN_ITEMS) || UNSET;
}

function portOf(item: JsonValue): string {
  const { port, name } = fieldsOf(item);
  return digitsOf(port, stringOf(name, '*'));
}

function endpoints(slice: KubeObject): string {
  const addresses = itemsOf(slice.endpoints).flatMap((endpoint) => itemsOf(fieldsOf(endpoint).addresses));
  return (
    firstOf(
      addresses.map((address) => stringOf(address)),
      SHOWN_ITEMS,
    ) || UNSET
  );
}
