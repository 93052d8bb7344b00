/** matchLabelKeys and mismatchLabelKeys become part of their label selectors when the pod is created, with its labels' values. */
import { asObject, asObjects, asTexts } from '../../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';

type Labels = Readonly<Record<string, string>>;

/** Mutates `pod`. */
export function mergeLabelKeysIntoSelectors(pod: KubeObject): void {
  const labels = pod.metadata.labels ?? {};
  const spec = asObject(pod.spec);
  const affinity = asObject(spec.affinity);
  for (const kind of [asObject(affinity.podAffinity), asObject(affinity.podAntiAffinity)]) {
    const preferred = asObjects(kind.preferredDuringSchedulingIgnoredDuringExecution);
    for (const weighted of preferred) mergeTerm(asObject(weighted.podAffinityTerm), labels);
    for (const term of asObjects(kind.requiredDuringSchedulingIgnoredDuringExecution)) mergeTerm(term, labels);
  }
  for (const constraint of asObjects(spec.topologySpreadConstraints)) {
    mergeKeys(constraint.labelSelector, constraint.matchLabelKeys, 'In', labels);
  }
}

function mergeTerm(term: JsonObject, labels: Labels): void {
  mergeKeys(term.labelSelector, term.matchLabelKeys, 'In', labels);
  mergeKeys(term.labelSelector, term.mismatchLabelKeys, 'NotIn', labels);
}

function mergeKeys(
  selector: JsonValue | undefined,
  keys: JsonValue | undefined,
  operator: 'In' | 'NotIn',
  labels: Labels,
): void {
  if (!isJsonObject(selector)) return;
  const added = asTexts(keys)
    .filter((key) => Object.hasOwn(labels, key))
    .map((key) => ({ key, operator, values: [labels[key] ?? ''] }));
  if (added.length > 0) selector.matchExpressions = [...asObjects(selector.matchExpressions), ...added];
}
