/** What deployments, replica sets, stateful sets and daemon sets have in common: a selector, a template, counts in the status. */
import { forbidden, invalid, notSupported, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';
import { type LabelSelector, labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import type { SelectorRules } from '../core/validation/affinity.ts';
import { checkPodTemplateSpec } from '../core/validation/pod-template.ts';
import type { TextMap } from '../core/validation/template-metadata.ts';
import { asInternal } from '../validation/internal-value.ts';
import { checkNonNegative, type Errors } from '../validation/checks.ts';

/** Undefined for a selector that is not valid. */
export function parsedSelector(selector: JsonValue | undefined): LabelSelector | undefined {
  try {
    return labelSelectorToSelector(selector);
  } catch {
    return undefined;
  }
}

/** As Go prints it: maps in the order of their keys. */
export function shownSelector(selector: JsonValue | undefined): JsonValue {
  if (!isJsonObject(selector)) return null;
  const { matchLabels } = selector;
  return isSet(matchLabels) ? { ...selector, matchLabels: asInternal('{}s', matchLabels) } : selector;
}

export function hasNoTerms(selector: JsonObject): boolean {
  const { matchLabels, matchExpressions } = selector;
  return (
    Object.keys(asObject(matchLabels)).length === 0 &&
    (!Array.isArray(matchExpressions) || matchExpressions.length === 0)
  );
}

export interface WorkloadWords {
  /** In "empty selector is invalid for …" (replica sets say deployment too). */
  readonly emptySelectorOf: string;
  /** Detail where the selector cannot be used at all. */
  readonly invalidSelector: string;
}

/** A selector that must be there; the result is for matching the template. */
export function checkRequiredSelector(
  spec: JsonObject,
  words: WorkloadWords,
  path: string,
  errors: Errors,
): LabelSelector | undefined {
  if (isSet(spec.selector)) {
    errors.push(...validateLabelSelector(spec.selector, path));
    if (hasNoTerms(asObject(spec.selector))) {
      errors.push(invalid(path, spec.selector, `empty selector is invalid for ${words.emptySelectorOf}`));
    }
  } else {
    errors.push(required(path));
  }
  const selector = parsedSelector(spec.selector);
  if (selector === undefined) errors.push(invalid(path, shownSelector(spec.selector), words.invalidSelector));
  return selector;
}

export function checkTemplateLabels(template: JsonObject, selector: LabelSelector, path: string, errors: Errors): void {
  const labels = asSent(asObject(template.metadata), 'labels');
  if (selector.isEmpty || selector.matches(labels as TextMap)) return;
  errors.push(
    invalid(`${path}.metadata.labels`, asInternal('{}s', labels), '`selector` does not match template `labels`'),
  );
}

/** Pods of controllers run for ever. `kind` is as the message names it. */
export function checkAlwaysRestarts(template: JsonObject, kind: string, path: string, errors: Errors): void {
  const { restartPolicy, activeDeadlineSeconds } = asObject(template.spec);
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(`${path}.spec.restartPolicy`, asText(restartPolicy), ['Always']));
  }
  if (isSet(activeDeadlineSeconds)) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden(`${path}.spec.activeDeadlineSeconds`, detail));
  }
}

/** Of deployments and replica sets. */
export function checkReplicaTemplate(
  spec: JsonObject,
  selector: LabelSelector | undefined,
  rules: SelectorRules,
  errors: Errors,
): void {
  if (selector === undefined) return;
  const template = asObject(spec.template);
  checkTemplateLabels(template, selector, 'spec.template', errors);
  checkPodTemplateSpec(template, rules, 'spec.template', errors);
  checkAlwaysRestarts(template, 'ReplicaSet', 'spec.template', errors);
}

export function checkCounts(status: JsonObject, fields: readonly string[], errors: Errors): void {
  for (const field of fields) checkNonNegative(status[field], `status.${field}`, errors);
}

/** `counts` are parts of the replicas; those available are ready too. */
export function checkPartsOfReplicas(
  status: JsonObject,
  counts: readonly string[],
  readyName: string,
  errors: Errors,
): void {
  for (const field of counts) {
    if (asNumber(status[field]) <= asNumber(status.replicas)) continue;
    errors.push(invalid(`status.${field}`, asNumber(status[field]), 'cannot be greater than status.replicas'));
  }
  if (asNumber(status.availableReplicas) > asNumber(status.readyReplicas)) {
    errors.push(
      invalid('status.availableReplicas', asNumber(status.availableReplicas), `cannot be greater than ${readyName}`),
    );
  }
}

export function checkCollisionCount(status: JsonObject, before: JsonObject, errors: Errors): void {
  const { collisionCount: count } = status;
  const old = before.collisionCount;
  if (!isSet(old) || (isSet(count) && asNumber(count) >= asNumber(old))) return;
  errors.push(invalid('status.collisionCount', asNumber(count), 'cannot be decremented'));
}
