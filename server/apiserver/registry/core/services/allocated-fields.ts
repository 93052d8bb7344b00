/** The fields of a Service that the server allocates, when a client leaves them out, clears them, or changes the type. */
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import { keepField } from '../../generic/status-strategy.ts';

export function needsClusterIp(spec: JsonObject): boolean {
  return spec.type !== 'ExternalName';
}

export function needsNodePort(spec: JsonObject): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

/** Not every load balancer sends its traffic through them. */
export function allocatesNodePorts(spec: JsonObject): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
}

export function needsHealthCheckNodePort(spec: JsonObject): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

/** clusterIP and clusterIPs in step, for clients that know only the first. Mutates `service`. */
export function normalizeClusterIps(service: KubeObject, old: KubeObject | undefined): void {
  const spec = service.spec;
  if (!isJsonObject(spec)) return;
  const ip = asText(spec.clusterIP);
  const ips = asTexts(spec.clusterIPs);
  if (old === undefined) {
    if (ip !== '' && ips.length === 0) spec.clusterIPs = [ip];
    return;
  }
  const before = asObject(old.spec);
  const oldIp = asText(before.clusterIP);
  if (ip === oldIp) {
    if (asTexts(before.clusterIPs).length > 0 && ips.length === 0) keepField(spec, before, 'clusterIPs');
    return;
  }
  if (!semanticallyEqual(spec.clusterIPs, before.clusterIPs)) return;
  if (oldIp !== '' && ip === '') delete spec.clusterIPs;
  else spec.clusterIPs = [ip];
}

/** Allocated values that the client left out stay. Mutates `service`. */
export function patchAllocatedValues(service: KubeObject, old: KubeObject): void {
  const spec = service.spec;
  const before = asObject(old.spec);
  if (!isJsonObject(spec)) return;
  if (needsClusterIp(before) && needsClusterIp(spec)) {
    if (asText(spec.clusterIP) === '') keepField(spec, before, 'clusterIP');
    if (asTexts(spec.clusterIPs).length === 0) keepField(spec, before, 'clusterIPs');
  }
  if (allocatesNodePorts(before) && allocatesNodePorts(spec)) patchNodePorts(spec, before);
  if (needsHealthCheckNodePort(before) && needsHealthCheckNodePort(spec) && asNumber(spec.healthCheckNodePort) === 0) {
    keepField(spec, before, 'healthCheckNodePort');
  }
}

/** By port name, but never a node port that another port of the new object has. */
function patchNodePorts(spec: JsonObject, before: JsonObject): void {
  const known = new Map(asObjects(before.ports).map((port) => [asText(port.name), asNumber(port.nodePort)]));
  const used = nodePorts(spec).intersection(nodePorts(before));
  for (const port of asObjects(spec.ports)) {
    if (asNumber(port.nodePort) !== 0) continue;
    const nodePort = known.get(asText(port.name)) ?? 0;
    if (nodePort !== 0 && !used.has(nodePort)) port.nodePort = nodePort;
  }
}

/** What the old type had and the new one has no use for goes, unless the client changed it: then validation speaks. Mutates. */
export function dropTypeDependentFields(service: KubeObject, old: KubeObject): void {
  const spec = service.spec;
  const before = asObject(old.spec);
  if (!isJsonObject(spec)) return;
  const same = (field: string): boolean => semanticallyEqual(spec[field], before[field]);
  const dropIfSame = (field: string): void => {
    if (same(field)) delete spec[field];
  };
  if (needsClusterIp(before) && !needsClusterIp(spec)) {
    if (same('clusterIP') && same('clusterIPs')) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    dropIfSame('ipFamilies');
    dropIfSame('ipFamilyPolicy');
  }
  if (needsNodePort(before) && !needsNodePort(spec) && nodePorts(spec).isSubsetOf(nodePorts(before))) {
    for (const port of asObjects(spec.ports)) delete port.nodePort;
  }
  if (needsHealthCheckNodePort(before) && !needsHealthCheckNodePort(spec)) dropIfSame('healthCheckNodePort');
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (isSet(before.allocateLoadBalancerNodePorts)) dropIfSame('allocateLoadBalancerNodePorts');
    dropIfSame('loadBalancerClass');
  }
  if (isExternallyAccessible(before) && !isExternallyAccessible(spec)) dropIfSame('externalTrafficPolicy');
  if (spec.type !== 'LoadBalancer') service.status = { ...asObject(service.status), loadBalancer: {} };
}

export function isExternallyAccessible(spec: JsonObject): boolean {
  const hasExternalIps = asTexts(spec.externalIPs).length > 0;
  return spec.type === 'LoadBalancer' || spec.type === 'NodePort' || (spec.type === 'ClusterIP' && hasExternalIps);
}

function nodePorts(spec: JsonObject): Set<number> {
  return new Set(
    asObjects(spec.ports)
      .map((port) => asNumber(port.nodePort))
      .filter((port) => port !== 0),
  );
}
