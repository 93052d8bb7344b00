/** Label selectors: what list, watch, deletecollection and the selectors inside objects match labels against. */
import { newBadRequest } from '../errors/status-error.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { parseRequirements } from './parse-requirements.ts';
import {
  formatRequirement,
  type LabelOperator,
  type LabelRequirement,
  type Labels,
  newRequirement,
  requirementMatches,
} from './requirement.ts';

const NO_LABELS: Labels = Object.freeze({});

export class LabelSelector {
  /** All must hold; sorted by key. An index may answer the '=', '==' and 'in' ones and leave the rest to matches(). */
  readonly requirements: readonly LabelRequirement[];
  /** True for the selector that is known to match no object at all. */
  readonly matchesNothing: boolean;

  constructor(requirements: readonly LabelRequirement[], options: { matchesNothing?: boolean } = {}) {
    this.requirements = requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.matchesNothing = options.matchesNothing === true;
  }

  get isEmpty(): boolean {
    return this.requirements.length === 0 && !this.matchesNothing;
  }

  matches(labels: Labels | null | undefined): boolean {
    if (this.matchesNothing) return false;
    const { requirements } = this;
    for (let index = 0; index < requirements.length; index++) {
      const requirement = requirements[index];
      if (requirement !== undefined && !requirementMatches(requirement, labels ?? NO_LABELS)) return false;
    }
    return true;
  }

  /** The one value that `key` must have, if the selector says so. */
  requiredValue(key: string): string | undefined {
    const requirement = this.requirements.find((candidate) => candidate.key === key);
    if (requirement === undefined || requirement.values.length !== 1) return undefined;
    return ['=', '==', 'in'].includes(requirement.operator) ? requirement.values[0] : undefined;
  }

  toString(): string {
    return this.requirements.map(formatRequirement).join(',');
  }
}

export const everythingSelector: LabelSelector = new LabelSelector([]);
export const nothingSelector: LabelSelector = new LabelSelector([], { matchesNothing: true });

/** Parses `?labelSelector=`; throws the 400 that kube-apiserver answers. */
export function parseLabelSelector(text: string): LabelSelector {
  return text === '' ? everythingSelector : new LabelSelector(parseRequirements(text));
}

/** The selector that asks for exactly these labels; nothing is checked, an empty set matches everything. */
export function selectorFromSet(labels: Labels | null | undefined): LabelSelector {
  const entries = Object.entries(labels ?? NO_LABELS);
  if (entries.length === 0) return everythingSelector;
  return new LabelSelector(entries.map(([key, value]) => ({ key, operator: '=', values: [value] })));
}

const objectOperators: ReadonlyMap<string, LabelOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/**
 * A metav1.LabelSelector as a selector: unset (undefined or null) matches nothing, an empty one everything.
 * Throws a 400 whose message is upstream's where the object is not valid.
 */
export function labelSelectorToSelector(selector: JsonValue | undefined): LabelSelector {
  if (!isJsonObject(selector)) return nothingSelector;
  const labels = isJsonObject(selector.matchLabels) ? selector.matchLabels : {};
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions : [];
  const requirements = Object.entries(labels).map(([key, value]) => newRequirement(key, '=', [textOf(value)]));
  for (const expression of expressions) {
    const { key, operator, values } = isJsonObject(expression) ? expression : {};
    const name = textOf(operator);
    const known = objectOperators.get(name);
    if (known === undefined) throw newBadRequest(`${JSON.stringify(name)} is not a valid label selector operator`);
    requirements.push(newRequirement(textOf(key), known, Array.isArray(values) ? values.map(textOf) : []));
  }
  return requirements.length === 0 ? everythingSelector : new LabelSelector(requirements);
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
