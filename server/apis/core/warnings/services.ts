/** Warnings about services and endpoints. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, asTexts } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { cidrWarnings, ipWarnings } from '../../validation/ip.ts';

const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints';

export function serviceWarnings(service: KubeObject): string[] {
  const warnings: string[] = [];
  const spec = asObject(service.spec);
  const type = asText(spec.type);
  const isExternalName = type === 'ExternalName';
  const clusterIp = asText(spec.clusterIP);
  const isHeadless = type === 'ClusterIP' && clusterIp === 'None';
  const hasExternalIps = asList(spec.externalIPs).length > 0;
  if (Object.hasOwn(service.metadata.annotations ?? {}, hintsAnnotation)) {
    warnings.push(
      `annotation ${hintsAnnotation} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    );
  }
  if (clusterIp !== '' && clusterIp !== 'None') warnings.push(...addressWarnings(spec.clusterIPs, 'spec.clusterIPs'));
  if (isHeadless) {
    if (asText(spec.loadBalancerIP) !== '') warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (hasExternalIps) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services');
  }
  warnings.push(...addressWarnings(spec.externalIPs, 'spec.externalIPs'));
  if (hasExternalIps && !isHeadless && !isExternalName) {
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (asText(spec.loadBalancerIP) !== '') {
    warnings.push(...ipWarnings(asText(spec.loadBalancerIP), 'spec.loadBalancerIP'));
  }
  asTexts(spec.loadBalancerSourceRanges).forEach((range, index) => {
    warnings.push(...cidrWarnings(range, `spec.loadBalancerSourceRanges[${index}]`));
  });
  if (isExternalName && hasExternalIps) warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (!isExternalName && asText(spec.externalName) !== '') {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === 'PreferClose') {
    const now = goQuote('PreferSameZone');
    warnings.push(`spec.trafficDistribution: ${goQuote('PreferClose')} is deprecated; use ${now}`);
  }
  return warnings;
}

/** Of the status of services and ingresses. */
export function loadBalancerWarnings(object: KubeObject): string[] {
  const { ingress } = asObject(asObject(object.status).loadBalancer);
  return asObjects(ingress).flatMap(({ ip }, index) => ipWarnings(asText(ip), `status.loadBalancer.ingress[${index}]`));
}

/** The controller's own endpoints are well formed, and many. */
export function endpointsWarnings(endpoints: KubeObject): string[] {
  if (endpoints.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
  return asObjects(endpoints.subsets).flatMap((subset, index) =>
    ['addresses', 'notReadyAddresses'].flatMap((list) =>
      asObjects(subset[list]).flatMap(({ ip }, place) =>
        ipWarnings(asText(ip), `subsets[${index}].${list}[${place}].ip`),
      ),
    ),
  );
}

function addressWarnings(list: unknown, path: string): string[] {
  const addresses = Array.isArray(list) ? list : [];
  return addresses.flatMap((address, index) =>
    typeof address === 'string' ? ipWarnings(address, `${path}[${index}]`) : [],
  );
}
