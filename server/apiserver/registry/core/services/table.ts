/** Printed columns of Services. */
import type { JsonObject, JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { labels, NONE, text, UNKNOWN } from '../../generic/table/cells.ts';
import { column, tableOf, wideColumn } from '../../generic/table/column.ts';
import { digitsOf, fieldsOf, itemsOf, numberOf, stringOf } from '../../generic/table/json-reading.ts';
import { loadBalancerAddresses } from '../../generic/table/load-balancer-addresses.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Type', 'string', 'How the service is exposed.', text('spec.type')),
  column('Cluster-IP', 'string', 'Address inside the cluster.', clusterIP),
  column('External-IP', 'string', 'Addresses that reach it from outside.', externalIP),
  column('Port(s)', 'string', 'Ports it is reached at, with their node ports.', ports),
  ageColumn,
  wideColumn('Selector', 'string', 'Which pods it sends traffic to.', labels('spec.selector')),
]);

function clusterIP(service: KubeObject): string {
  const spec = fieldsOf(service.spec);
  const addresses = itemsOf(spec.clusterIPs);
  // A service from before dual stack has the single field only.
  return addresses.length > 0 ? stringOf(addresses[0]) : stringOf(spec.clusterIP) || NONE;
}

function externalIP(service: KubeObject): string {
  const spec = fieldsOf(service.spec);
  const own = itemsOf(spec.externalIPs).map((address) => stringOf(address));
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return own.length > 0 ? own.join(',') : NONE;
    case 'LoadBalancer':
      return [...loadBalancerAddresses(fieldsOf(service.status).loadBalancer), ...own].join(',') || '<pending>';
    case 'ExternalName':
      return stringOf(spec.externalName);
    default:
      return UNKNOWN;
  }
}

function ports(service: KubeObject): string {
  return itemsOf(fieldsOf(service.spec).ports).map(portOf).join(',') || NONE;
}

/** "80/TCP", "80:30080/TCP". */
function portOf(item: JsonValue): string {
  const port: JsonObject = fieldsOf(item);
  const nodePort = numberOf(port.nodePort) > 0 ? `:${digitsOf(port.nodePort)}` : '';
  return `${digitsOf(port.port)}${nodePort}/${stringOf(port.protocol)}`;
}
