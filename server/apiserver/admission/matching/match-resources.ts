/** matchConstraints of a policy and matchResources of a binding: which requests they are for. */
import { asObjects } from '../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonValue } from '../../../apimachinery/json.ts';
import { type LabelSelector, labelSelectorToSelector } from '../../../apimachinery/labels/selector.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { ObjectReader } from '../object-reader.ts';
import { matchRules } from './invocation.ts';
import { readRule, type Rule } from './rules.ts';
import type { SeenVersion, SeenVersions } from './seen-version.ts';
import { matchesNamespace, matchesObject } from './selectors.ts';
import { admittedObject } from './versioned-request.ts';

export interface MatchResources {
  /** None: all. */
  readonly rules: readonly Rule[];
  readonly excluded: readonly Rule[];
  readonly matchesEquivalents: boolean;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
}

/** Undefined: it says nothing, and everything matches. */
export function readMatchResources(match: JsonValue | undefined): MatchResources | undefined {
  if (!isJsonObject(match)) return undefined;
  return {
    rules: asObjects(match.resourceRules).map(readRule),
    excluded: asObjects(match.excludeResourceRules).map(readRule),
    matchesEquivalents: match.matchPolicy === 'Equivalent',
    namespaceSelector: labelSelectorToSelector(match.namespaceSelector),
    objectSelector: labelSelectorToSelector(match.objectSelector),
  };
}

export interface MatchParts {
  readonly versions: SeenVersions;
  readonly objects: ObjectReader;
}

/** As the rules see the request; undefined: they are not for it. @throws StatusError NotFound where its namespace is not there */
export async function matchResources(
  match: MatchResources,
  attributes: AdmissionAttributes,
  { versions, objects }: MatchParts,
): Promise<SeenVersion | undefined> {
  const { rules, excluded, matchesEquivalents, objectSelector, namespaceSelector } = match;
  const seen =
    rules.length === 0
      ? versions.own(attributes.scope, attributes.subresource)
      : matchRules({ rules, matchesEquivalents }, attributes, versions);
  if (seen === undefined) return undefined;
  if (matchRules({ rules: excluded, matchesEquivalents }, attributes, versions) !== undefined) return undefined;
  if (!matchesObject(objectSelector, admittedObject(attributes), attributes.old)) return undefined;
  const isInNamespace = matchesNamespace(namespaceSelector, attributes, objects);
  return (isInNamespace instanceof Promise ? await isInNamespace : isInNamespace) ? seen : undefined;
}
