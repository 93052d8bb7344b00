/** The order in which Go writes the fields of a ServiceSpec: what is allocated stands where a client's copy has it. */
import type { JsonObject } from '../../../../../apimachinery/json.ts';

const order = [
  'ports',
  'selector',
  'clusterIP',
  'clusterIPs',
  'type',
  'externalIPs',
  'sessionAffinity',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'externalName',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'publishNotReadyAddresses',
  'sessionAffinityConfig',
  'ipFamilies',
  'ipFamilyPolicy',
  'loadBalancerClass',
  'allocateLoadBalancerNodePorts',
  'internalTrafficPolicy',
  'trafficDistribution',
] as const;

export function specInOrder(spec: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const field of order) if (spec[field] !== undefined) out[field] = spec[field];
  return out;
}
