/** Printed columns of Endpoints. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { NONE } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { digitsOf, fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { shortenedList } from '../../generic/table/shortened-list.ts';

const SHOWN_ENDPOINTS = 3;

export const table = tableOf([
  nameColumn,
  column('Endpoints', 'string', 'Addresses and ports that are ready.', endpoints),
  ageColumn,
]);

/** Every ready address with every port of its subset; addresses alone where a headless service has no ports. */
function endpoints(object: KubeObject): string {
  const subsets = itemsOf(object.subsets);
  if (subsets.length === 0) return NONE;
  const shown: string[] = [];
  let total = 0;
  for (const item of subsets) {
    const subset = fieldsOf(item);
    const addresses = itemsOf(subset.addresses);
    const ports = itemsOf(subset.ports);
    total += addresses.length * Math.max(ports.length, 1);
    for (const port of ports.length === 0 ? [undefined] : ports) {
      for (const address of addresses.slice(0, SHOWN_ENDPOINTS - shown.length)) {
        const ip = stringOf(fieldsOf(address).ip);
        shown.push(port === undefined ? ip : hostPort(ip, digitsOf(fieldsOf(port).port)));
      }
    }
  }
  return shortenedList(shown, total);
}

function hostPort(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
