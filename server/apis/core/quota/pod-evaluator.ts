/** Pods count themselves and the resources of their containers, as long as they have not ended. */
import { asNumber, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { addQuantities } from '../../../apimachinery/quantity/arithmetic.ts';
import { podQosClass } from '../pod-qos.ts';
import { addTo, amountsOf, parseAmounts, podAmounts } from '../v1/container-resources.ts';
import { isExtendedResourceName, isNativeResource } from '../validation/resource-names.ts';
import { type Amounts, one, type ReadonlyAmounts, sumOf } from './amounts.ts';
import { type QuotaEvaluator, scopeSelects } from './evaluator.ts';
import { withObservedResources } from './observed-resources.ts';

const computeResources = ['cpu', 'memory', 'ephemeral-storage'] as const;
const counted = new Set([
  'count/pods',
  'pods',
  ...computeResources.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);
/** Of what is limited, containers have to state this much themselves. */
const required = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];
const deviceClassPrefix = 'deviceclass.resource.kubernetes.io/';

export const podEvaluator: QuotaEvaluator = {
  handles({ operation, subresource, object, old }) {
    if (subresource === 'resize') return operation === 'UPDATE';
    if (subresource !== '') return false;
    return operation === 'CREATE' || (old !== undefined && isTerminating(old) !== isTerminating(object));
  },
  matching: (names) => new Set([...names].filter(isCounted)),
  usage(pod, now) {
    const count = new Map([['count/pods', one]]);
    return hasEnded(pod, now)
      ? count
      : sumOf(count, computeUsage(podTotals(pod, 'requests'), podTotals(pod, 'limits')));
  },
  missing(limited, pod) {
    const spec = asObject(pod.spec);
    const own = asObject(spec.resources);
    if (isSet(own.requests) || isSet(own.limits)) return undefined;
    const missing = new Map<string, Set<string>>();
    for (const container of [...asObjects(spec.containers), ...asObjects(spec.initContainers)]) {
      const stated = computeUsage(amountsOf(container, 'requests'), amountsOf(container, 'limits'));
      for (const name of required) {
        if (!limited.has(name) || stated.has(name)) continue;
        missing.set(name, (missing.get(name) ?? new Set()).add(asText(container.name)));
      }
    }
    if (missing.size === 0) return undefined;
    const lines = [...missing.keys()].toSorted().map((name) => {
      const containers = [...(missing.get(name) ?? [])].toSorted();
      return `${name} for: ${containers.join(',')}`;
    });
    return `must specify ${lines.join('; ')}`;
  },
  inScope(requirement, pod) {
    const spec = asObject(pod.spec);
    switch (requirement.scope) {
      case 'Terminating':
        return isTerminating(pod);
      case 'NotTerminating':
        return !isTerminating(pod);
      case 'BestEffort':
        return podQosClass(spec) === 'BestEffort';
      case 'NotBestEffort':
        return podQosClass(spec) !== 'BestEffort';
      case 'PriorityClass': {
        const name = asText(spec.priorityClassName);
        return scopeSelects(requirement, name === '' ? [] : [name]);
      }
      case 'CrossNamespacePodAffinity':
        return looksIntoOtherNamespaces(asObject(spec.affinity));
      default:
        return false;
    }
  },
};

function isCounted(name: string): boolean {
  if (counted.has(name) || name.startsWith('hugepages-') || name.startsWith('requests.hugepages-')) return true;
  return name.startsWith('requests.') && (!isNativeResource(name) || name.startsWith(`requests.${deviceClassPrefix}`));
}

function computeUsage(requests: ReadonlyAmounts, limits: ReadonlyAmounts): Amounts {
  const usage: Amounts = new Map([['pods', one]]);
  for (const [name, quantity] of requests) {
    const isCompute = computeResources.some((known) => known === name);
    if (isCompute || name.startsWith('hugepages-')) usage.set(name, quantity).set(`requests.${name}`, quantity);
    else if (isExtendedResourceName(name) || name.startsWith(deviceClassPrefix))
      usage.set(`requests.${name}`, quantity);
  }
  for (const name of computeResources) {
    const limit = limits.get(name);
    if (limit !== undefined) usage.set(`limits.${name}`, limit);
  }
  return usage;
}

function podTotals(pod: KubeObject, kind: 'requests' | 'limits'): Amounts {
  const total = podAmounts(withObservedResources(pod), kind);
  const overhead = parseAmounts(asObject(pod.spec).overhead);
  if (kind === 'requests') addTo(total, overhead);
  else {
    // What has no limit has none with its overhead either.
    for (const [name, quantity] of overhead) {
      const limit = total.get(name);
      if (limit !== undefined) total.set(name, addQuantities(limit, quantity));
    }
  }
  return total;
}

function isTerminating(pod: KubeObject): boolean {
  const { activeDeadlineSeconds } = asObject(pod.spec);
  return isSet(activeDeadlineSeconds) && asNumber(activeDeadlineSeconds) >= 0;
}

/** A pod that should be gone by now may well be, on a node that does not answer. */
function hasEnded({ metadata, status }: KubeObject, now: number): boolean {
  const { phase } = asObject(status);
  if (phase === 'Failed' || phase === 'Succeeded') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function looksIntoOtherNamespaces({ podAffinity, podAntiAffinity }: JsonObject): boolean {
  return [podAffinity, podAntiAffinity].some((affinity) => termsOf(affinity).some(isCrossNamespace));
}

function termsOf(affinity: JsonValue | undefined): JsonObject[] {
  const terms = asObject(affinity);
  return [
    ...asObjects(terms.requiredDuringSchedulingIgnoredDuringExecution),
    ...asObjects(terms.preferredDuringSchedulingIgnoredDuringExecution).map((weighted) =>
      asObject(weighted.podAffinityTerm),
    ),
  ];
}

function isCrossNamespace({ namespaces, namespaceSelector }: JsonObject): boolean {
  return (Array.isArray(namespaces) && namespaces.length > 0) || isSet(namespaceSelector);
}
