/** Validation of Services and their ports. */
import { duplicate, forbidden, invalid, required } from '../../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { validateLabels } from '../../../apimachinery/validation/labels.ts';
import { isDns1123Subdomain, isPortNumber } from '../../../apimachinery/validation/names.ts';
import {
  checkComplaints,
  checkDnsLabel,
  checkDnsSubdomain,
  checkEach,
  checkListed,
  checkOneOf,
  checkPortNumber,
  checkPortNumberOrName,
  checkQualifiedName,
  checkRequired,
  checkRequiredOneOf,
  type Errors,
} from '../../validation/checks.ts';
import { checkEndpointIp, checkLegacyCidr, checkLegacyIp, parseIp } from '../../validation/ip.ts';
import { protocols } from './containers.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkClusterIpChanges, checkClusterIps, checkFamilyChanges, isHeadless } from './service-cluster-ips.ts';
import type { TextMap } from './template-metadata.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'] as const;
const affinities = ['ClientIP', 'None'] as const;
const trafficPolicies = ['Cluster', 'Local'] as const;
const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'] as const;
const ipModes = ['Proxy', 'VIP'] as const;
const MAX_AFFINITY_SECONDS = 86400;
const topologyHints = 'service.kubernetes.io/topology-aware-hints';
const topologyMode = 'service.kubernetes.io/topology-mode';
const sourceRanges = 'service.beta.kubernetes.io/load-balancer-source-ranges';

export function validateService(service: KubeObject): Errors {
  const errors = finalizerErrors(service);
  checkService(service, undefined, errors);
  return errors;
}

export function validateServiceUpdate(service: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(service);
  const spec = asObject(service.spec);
  const before = asObject(old.spec);
  checkClusterIpChanges(spec, before, errors);
  checkFamilyChanges(spec, before, errors);
  checkClass(spec, before, errors);
  if (needsHealthCheck(before) && needsHealthCheck(spec) && spec.healthCheckNodePort !== before.healthCheckNodePort) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  }
  checkService(service, old, errors);
  return errors;
}

function checkService(service: KubeObject, old: KubeObject | undefined, errors: Errors): void {
  const spec = asObject(service.spec);
  const { annotations = {} } = service.metadata;
  const hints = annotations[topologyHints];
  const mode = annotations[topologyMode];
  if (hints !== undefined && mode !== undefined && hints !== mode) {
    const detail = `must match annotations[${topologyHints}] when both are specified`;
    errors.push(invalid(`metadata.annotations[${topologyMode}]`, mode, detail));
  }
  checkTypeFields(spec, errors);
  const ports = asObjects(spec.ports);
  const names = new Set<string>();
  checkEach(spec.ports, 'spec.ports', (port, path) => checkPort(port, ports.length > 1, names, path, errors));
  errors.push(...validateLabels(spec.selector as TextMap, 'spec.selector'));
  checkSessionAffinity(spec, errors);
  checkClusterIps(spec, asObject(old?.spec), errors);
  const knownIps = asTexts(asObject(old?.spec).externalIPs);
  asTexts(spec.externalIPs).forEach((ip, index) => {
    const path = `spec.externalIPs[${index}]`;
    if (checkLegacyIp(ip, path, errors, knownIps)) checkEndpointIp(ip, path, errors);
  });
  checkRequiredOneOf(spec.type, types, 'spec.type', errors);
  checkPortNumbers(spec, errors);
  checkSourceRanges(service, old, errors);
  checkLoadBalancerFields(spec, errors);
  checkTrafficPolicies(spec, errors);
}

function checkTypeFields(spec: JsonObject, errors: Errors): void {
  const headless = isHeadless(spec);
  if (asObjects(spec.ports).length === 0 && !headless && spec.type !== 'ExternalName') {
    errors.push(required('spec.ports'));
  }
  if (headless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    const detail = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalid('spec.clusterIPs[0]', 'None', detail));
  }
  if (spec.type !== 'ExternalName') return;
  const detail = 'may not be set for ExternalName services';
  if (asTexts(spec.clusterIPs).length > 0) errors.push(forbidden('spec.clusterIPs', detail));
  if (asTexts(spec.ipFamilies).length > 0) errors.push(forbidden('spec.ipFamilies', detail));
  if (isSet(spec.ipFamilyPolicy)) errors.push(forbidden('spec.ipFamilyPolicy', detail));
  const name = asText(spec.externalName).replace(/\.$/, '');
  if (checkRequired(name, 'spec.externalName', errors)) checkDnsSubdomain(name, 'spec.externalName', errors);
}

function checkPort(port: JsonObject, named: boolean, names: Set<string>, path: string, errors: Errors): void {
  const name = asText(port.name);
  if (name !== '') {
    checkDnsLabel(name, `${path}.name`, errors);
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
  } else if (named) {
    errors.push(required(`${path}.name`));
  }
  checkPortNumber(port.port, `${path}.port`, errors);
  checkRequiredOneOf(port.protocol, protocols, `${path}.protocol`, errors);
  checkPortNumberOrName(port.targetPort, `${path}.targetPort`, errors);
  if (isSet(port.appProtocol)) checkQualifiedName(port.appProtocol, `${path}.appProtocol`, errors);
}

function checkSessionAffinity(spec: JsonObject, errors: Errors): void {
  checkRequiredOneOf(spec.sessionAffinity, affinities, 'spec.sessionAffinity', errors);
  const path = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'None' && isSet(spec.sessionAffinityConfig)) {
    errors.push(forbidden(path, 'must not be set when session affinity is None'));
  }
  if (spec.sessionAffinity !== 'ClientIP') return;
  const missing = 'when session affinity type is ClientIP';
  const { clientIP } = asObject(spec.sessionAffinityConfig);
  const { timeoutSeconds } = asObject(clientIP);
  if (!isSet(spec.sessionAffinityConfig)) errors.push(required(path, missing));
  else if (!isSet(clientIP)) errors.push(required(`${path}.clientIP`, missing));
  else if (!isSet(timeoutSeconds)) errors.push(required(`${path}.clientIP.timeoutSeconds`, missing));
  else if (asNumber(timeoutSeconds) <= 0 || asNumber(timeoutSeconds) > MAX_AFFINITY_SECONDS) {
    const detail = `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`;
    errors.push(invalid(`${path}.clientIP.timeoutSeconds`, timeoutSeconds, detail));
  }
}

function checkPortNumbers(spec: JsonObject, errors: Errors): void {
  if (spec.type === 'ClusterIP') {
    checkEach(spec.ports, 'spec.ports', ({ nodePort }, path) => {
      if (asNumber(nodePort) === 0) return;
      errors.push(forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
    });
  }
  const nodePorts = new Set<string>();
  checkEach(spec.ports, 'spec.ports', ({ nodePort, protocol }, path) => {
    if (asNumber(nodePort) === 0) return;
    const key = `${asText(protocol)}/${asNumber(nodePort)}`;
    if (nodePorts.has(key)) errors.push(duplicate(`${path}.nodePort`, nodePort));
    nodePorts.add(key);
  });
  const ports = new Set<string>();
  checkEach(spec.ports, 'spec.ports', ({ port = 0, protocol = '' }, path) => {
    const key = `${asText(protocol)}/${asNumber(port)}`;
    // Upstream's internal struct with everything else unset.
    const shown = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    if (ports.has(key)) errors.push(duplicate(path, shown));
    ports.add(key);
  });
}

function checkSourceRanges(service: KubeObject, old: KubeObject | undefined, errors: Errors): void {
  const spec = asObject(service.spec);
  const ranges = asTexts(spec.loadBalancerSourceRanges);
  const annotation = service.metadata.annotations?.[sourceRanges];
  const detail = "may only be used when `type` is 'LoadBalancer'";
  if (ranges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges';
    if (spec.type !== 'LoadBalancer') errors.push(forbidden(path, detail));
    const known = asTexts(asObject(old?.spec).loadBalancerSourceRanges).map((range) => range.trim());
    ranges.forEach((range, index) => checkLegacyCidr(range.trim(), `${path}[${index}]`, errors, known));
  } else if (annotation !== undefined) {
    const path = `metadata.annotations[${sourceRanges}]`;
    if (spec.type !== 'LoadBalancer') errors.push(forbidden(path, detail));
    if (old?.metadata.annotations?.[sourceRanges] === annotation || annotation.trim() === '') return;
    for (const range of annotation.split(',')) checkLegacyCidr(range.trim(), path, errors);
  }
}

function checkLoadBalancerFields(spec: JsonObject, errors: Errors): void {
  const isBalancer = spec.type === 'LoadBalancer';
  if (isSet(spec.allocateLoadBalancerNodePorts)) {
    if (!isBalancer) {
      const detail = "may only be used when `type` is 'LoadBalancer'";
      errors.push(forbidden('spec.allocateLoadBalancerNodePorts', detail));
    }
  } else if (isBalancer) {
    errors.push(required('allocateLoadBalancerNodePorts'));
  }
  checkClass(spec, undefined, errors);
}

function checkClass(spec: JsonObject, before: JsonObject | undefined, errors: Errors): void {
  const path = 'spec.loadBalancerClass';
  const isBalancer = spec.type === 'LoadBalancer';
  const name = spec.loadBalancerClass ?? null;
  if (before?.type === 'LoadBalancer' && isBalancer && (before.loadBalancerClass ?? null) !== name) {
    errors.push(invalid(path, name, 'may not change once set'));
  }
  if (!isSet(name)) return;
  if (isBalancer) checkQualifiedName(name, path, errors);
  else errors.push(forbidden(path, "may only be used when `type` is 'LoadBalancer'"));
}

function isExternallyAccessible(spec: JsonObject): boolean {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') return true;
  return spec.type === 'ClusterIP' && asTexts(spec.externalIPs).length > 0;
}

function needsHealthCheck(spec: JsonObject): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

function checkTrafficPolicies(spec: JsonObject, errors: Errors): void {
  const external = asText(spec.externalTrafficPolicy);
  if (isExternallyAccessible(spec)) {
    checkRequiredOneOf(external, trafficPolicies, 'spec.externalTrafficPolicy', errors);
  } else if (external !== '') {
    const detail = 'may only be set for externally-accessible services';
    errors.push(invalid('spec.externalTrafficPolicy', external, detail));
  }
  const nodePort = asNumber(spec.healthCheckNodePort);
  if (needsHealthCheck(spec)) {
    if (nodePort === 0) errors.push(required('spec.healthCheckNodePort'));
    else checkComplaints(nodePort, isPortNumber(nodePort), 'spec.healthCheckNodePort', errors);
  } else if (nodePort !== 0) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', nodePort, detail));
  }
  if (isSet(spec.internalTrafficPolicy)) {
    checkOneOf(spec.internalTrafficPolicy, trafficPolicies, 'spec.internalTrafficPolicy', errors);
  } else if (spec.type !== 'ExternalName' && types.some((type) => type === spec.type)) {
    errors.push(required('spec.internalTrafficPolicy'));
  }
  if (isSet(spec.trafficDistribution)) {
    checkListed(spec.trafficDistribution, distributions, 'spec.trafficDistribution', errors);
  }
}

export function validateServiceStatusUpdate(service: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(service);
  const status = asObject(asObject(service.status).loadBalancer);
  const before = asObject(asObject(old.status).loadBalancer);
  const isBalancer = asObject(service.spec).type === 'LoadBalancer';
  checkLoadBalancerStatus(status, before, { isBalancer }, 'status.loadBalancer', errors);
  return errors;
}

/** Also the status of ingresses, which may always have it. */
export function checkLoadBalancerStatus(
  status: JsonObject,
  before: JsonObject,
  owner: { readonly isBalancer: boolean },
  path: string,
  errors: Errors,
): void {
  const listPath = `${path}.ingress`;
  if (!owner.isBalancer && asObjects(status.ingress).length > 0) {
    errors.push(forbidden(listPath, "may only be used when `spec.type` is 'LoadBalancer'"));
    return;
  }
  const known = asObjects(before.ingress).map(({ ip }) => asText(ip));
  checkEach(status.ingress, listPath, (ingress, itemPath) => {
    const ip = asText(ingress.ip);
    const hostname = asText(ingress.hostname);
    if (ip !== '') checkLegacyIp(ip, `${itemPath}.ip`, errors, known);
    if (!isSet(ingress.ipMode)) {
      if (ip !== '') errors.push(required(`${itemPath}.ipMode`, 'must be specified when `ip` is set'));
    } else if (ip === '') {
      errors.push(forbidden(`${itemPath}.ipMode`, 'may not be specified when `ip` is not set'));
    } else {
      checkOneOf(ingress.ipMode, ipModes, `${itemPath}.ipMode`, errors);
    }
    if (hostname === '') return;
    checkComplaints(hostname, isDns1123Subdomain(hostname), `${itemPath}.hostname`, errors);
    if (parseIp(hostname) !== undefined) {
      errors.push(invalid(`${itemPath}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    }
  });
}
