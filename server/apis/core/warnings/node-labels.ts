/** Warnings about labels of nodes that have newer names. */
import { asList, asObject, asObjects, asText, asTexts } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { isLabelValue } from '../../../apimachinery/validation/labels.ts';

const deprecations: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

export function nodeLabelDeprecation(label: string): string | undefined {
  return deprecations.get(label);
}

/** Of the keys of a map from labels to values, each with the path that `pathOf` gives it. */
export function nodeLabelMapWarnings(map: JsonValue | undefined, pathOf: (label: string) => string): string[] {
  return Object.keys(asObject(map)).flatMap((label) => {
    const message = nodeLabelDeprecation(label);
    return message === undefined ? [] : [`${pathOf(label)}: ${message}`];
  });
}

/** Of a label selector of nodes. */
export function nodeSelectorWarnings(selector: JsonValue | undefined, path: string): string[] {
  const { matchExpressions, matchLabels } = asObject(selector);
  return [
    ...expressionWarnings(matchExpressions, path),
    ...nodeLabelMapWarnings(matchLabels, (label) => `${path}.matchLabels.${label}`),
  ];
}

/** Of a node selector term; a preferred one may carry values that no label can have. */
export function nodeSelectorTermWarnings(term: JsonObject, path: string, checksValues = false): string[] {
  return expressionWarnings(term.matchExpressions, path, checksValues);
}

export function nodeSelectorTermsWarnings(terms: JsonValue | undefined, path: string): string[] {
  return asObjects(terms).flatMap((term, index) => nodeSelectorTermWarnings(term, `${path}[${index}]`));
}

function expressionWarnings(list: JsonValue | undefined, path: string, checksValues = false): string[] {
  return asList(list).flatMap((expression, index) => {
    const { key, values } = asObject(expression);
    const itemPath = `${path}.matchExpressions[${index}]`;
    const message = nodeLabelDeprecation(asText(key));
    const warnings = message === undefined ? [] : [`${itemPath}.key: ${asText(key)} is ${message}`];
    if (!checksValues) return warnings;
    asTexts(values).forEach((value, place) => {
      for (const complaint of isLabelValue(value)) {
        warnings.push(`${itemPath}.values[${place}]: ${value} is invalid, ${complaint}`);
      }
    });
    return warnings;
  });
}
