/** Node constraints of a pod that still has scheduling gates: they may be added to, never loosened. */
import { invalid } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, asTextEntries, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import type { Errors } from '../../validation/checks.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Puts back what may change. Mutates `spec`. */
export function checkGatedPodChanges(spec: JsonObject, before: JsonObject, errors: Errors): void {
  if (!semanticallyEqual(spec.nodeSelector, before.nodeSelector)) {
    checkSelectorAdditions(spec, before, errors);
    spec.nodeSelector = before.nodeSelector;
  }
  const affinity = asObject(spec.affinity);
  const oldAffinity = asObject(before.affinity);
  if (semanticallyEqual(affinity.nodeAffinity, oldAffinity.nodeAffinity)) return;
  checkTermAdditions(asObject(affinity.nodeAffinity), asObject(oldAffinity.nodeAffinity), errors);
  const { nodeAffinity: _own, ...others } = affinity;
  const rest = Object.fromEntries(Object.entries(others).filter(([, value]) => isSet(value)));
  if (isSet(oldAffinity.nodeAffinity)) spec.affinity = { ...rest, nodeAffinity: oldAffinity.nodeAffinity };
  else if (Object.keys(rest).length > 0 || isSet(before.affinity)) spec.affinity = rest;
  else delete spec.affinity;
}

function checkSelectorAdditions(spec: JsonObject, before: JsonObject, errors: Errors): void {
  const selector = asObject(spec.nodeSelector);
  const changed = asTextEntries(before.nodeSelector).some(([key, value]) => asText(selector[key]) !== value);
  if (!changed) return;
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  errors.push(invalid('spec.nodeSelector', spec.nodeSelector, detail));
}

function checkTermAdditions(affinity: JsonObject, old: JsonObject, errors: Errors): void {
  if (!isSet(old[REQUIRED])) return;
  const path = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`;
  const oldTerms = asObjects(asObject(old[REQUIRED]).nodeSelectorTerms);
  const terms = asObjects(asObject(affinity[REQUIRED]).nodeSelectorTerms);
  if (oldTerms.length > 0 && oldTerms.length !== terms.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    errors.push(invalid(path, [...terms], detail));
    return;
  }
  oldTerms.forEach((oldTerm, index) => {
    const term = asObject(terms[index]);
    if (!hasOnlyAdditions(term, oldTerm)) {
      errors.push(invalid(`${path}[${index}]`, term, 'only additions are allowed (no mutations or deletions)'));
    }
  });
}

function hasOnlyAdditions(term: JsonObject, old: JsonObject): boolean {
  const fields = ['matchExpressions', 'matchFields'] as const;
  // A term that is empty matches nothing: filling it would let the pod run.
  if (fields.every((field) => asObjects(old[field]).length === 0)) {
    return fields.every((field) => asObjects(term[field]).length === 0);
  }
  return fields.every((field) => {
    const before = asObjects(old[field]);
    return semanticallyEqual([...asObjects(term[field]).slice(0, before.length)], [...before]);
  });
}
