/** Affinity and anti-affinity to other pods as matchers. */
import type { AffinityTerm, PodAffinity } from '../../../backends/scheduler/interface.ts';
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { PodSpec } from '../../client/api-types.ts';

type Affinity = NonNullable<PodSpec['affinity']>;
type Term = NonNullable<NonNullable<Affinity['podAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']>[number];

function compile(
  { topologyKey, labelSelector, namespaceSelector, namespaces = [] }: Term,
  ownNamespace: string,
): AffinityTerm {
  const selector = labelSelectorToSelector(labelSelector);
  const ofNamespaces = namespaceSelector === undefined ? undefined : labelSelectorToSelector(namespaceSelector);
  // Nothing said: the pod's own.
  const named = new Set(namespaces.length === 0 && namespaceSelector === undefined ? [ownNamespace] : namespaces);
  return {
    topologyKey,
    matches: (pod, namespaceLabels) =>
      (named.has(pod.namespace) || ofNamespaces?.matches(namespaceLabels(pod.namespace)) === true) &&
      selector.matches(pod.labels),
  };
}

const none: PodAffinity = { required: [], preferred: [] };

export function podAffinity(affinity: Affinity['podAffinity'], namespace: string): PodAffinity {
  if (affinity === undefined) return none;
  return {
    required: (affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => compile(term, namespace)),
    preferred: (affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
      weight,
      term: compile(podAffinityTerm, namespace),
    })),
  };
}
