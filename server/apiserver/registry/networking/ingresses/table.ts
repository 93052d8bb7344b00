/** Printed columns of Ingresses. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { NONE, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { loadBalancerAddresses } from '../../generic/table/load-balancer-addresses.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

const SHOWN_HOSTS = 3;

export const table = tableOf([
  nameColumn,
  column('Class', 'string', 'Class that says who serves it.', text('spec.ingressClassName', NONE)),
  column('Hosts', 'string', 'Host names that its rules match.', hosts),
  column('Address', 'string', 'Where it is reached.', address),
  column('Ports', 'string', 'Ports that it opens.', ports),
  ageColumn,
]);

/** Upstream counts all rules beyond the third host, those without a host too. */
function hosts(ingress: KubeObject): string {
  const rules = itemsOf(fieldsOf(ingress.spec).rules);
  const shown: string[] = [];
  for (const rule of rules) {
    if (shown.length === SHOWN_HOSTS) return `${shown.join(',')} + ${rules.length - SHOWN_HOSTS} more...`;
    const host = stringOf(fieldsOf(rule).host);
    if (host !== '') shown.push(host);
  }
  return shown.join(',') || '*';
}

function address(ingress: KubeObject): string {
  return loadBalancerAddresses(fieldsOf(ingress.status).loadBalancer).join(',');
}

function ports(ingress: KubeObject): string {
  return itemsOf(fieldsOf(ingress.spec).tls).length > 0 ? '80, 443' : '80';
}
