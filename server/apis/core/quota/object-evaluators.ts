/** Services count node ports and load balancers beside themselves; all other objects just count. */
import { asNumber, asObject, asObjects } from '../../../apimachinery/json-access.ts';
import { quantityFrom } from '../../../apimachinery/quantity/arithmetic.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { one, zero } from './amounts.ts';
import { deviceClaimEvaluator } from './device-claim-evaluator.ts';
import { claimEvaluator } from './claim-evaluator.ts';
import { countName, type QuotaEvaluator } from './evaluator.ts';
import { podEvaluator } from './pod-evaluator.ts';

const countedServices = new Set(['count/services', 'services', 'services.nodeports', 'services.loadbalancers']);

const serviceEvaluator: QuotaEvaluator = {
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  matching: (names) => new Set([...names].filter((name) => countedServices.has(name))),
  usage: (service) =>
    new Map([
      ['count/services', one],
      ['services', one],
      ['services.nodeports', quantityFrom(nodePortsOf(service), 'DecimalSI')],
      ['services.loadbalancers', asObject(service.spec).type === 'LoadBalancer' ? one : zero],
    ]),
};

function nodePortsOf(service: KubeObject): number {
  const spec = asObject(service.spec);
  const ports = asObjects(spec.ports);
  if (spec.type === 'NodePort') return ports.length;
  if (spec.type !== 'LoadBalancer') return 0;
  if (spec.allocateLoadBalancerNodePorts !== false) return ports.length;
  return ports.filter(({ nodePort }) => asNumber(nodePort) !== 0).length;
}

/** Core resources that quotas could count before they could count everything. */
const oldNames = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);

function objectCounter(group: string, resource: string): QuotaEvaluator {
  const names = new Set([countName(group, resource), ...(group === '' && oldNames.has(resource) ? [resource] : [])]);
  const usage = new Map([...names].map((name) => [name, one]));
  return {
    handles: ({ operation, subresource }) => subresource === '' && operation === 'CREATE',
    matching: (hard) => new Set([...hard].filter((name) => names.has(name))),
    usage: () => usage,
  };
}

const own: Readonly<Record<string, QuotaEvaluator>> = {
  pods: podEvaluator,
  services: serviceEvaluator,
  persistentvolumeclaims: claimEvaluator,
  'resourceclaims.resource.k8s.io': deviceClaimEvaluator,
};
const counters = new Map<string, QuotaEvaluator>();

/** Of any resource, built-in or custom. */
export function quotaEvaluator(group: string, resource: string): QuotaEvaluator {
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const special = Object.hasOwn(own, qualified) ? own[qualified] : undefined;
  if (special !== undefined) return special;
  const name = countName(group, resource);
  let counter = counters.get(name);
  if (counter === undefined) {
    counter = objectCounter(group, resource);
    counters.set(name, counter);
  }
  return counter;
}
