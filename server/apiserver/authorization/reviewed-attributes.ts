/** The question of an access review as authorizers see it. */
import { type FieldRequirement, parseFieldSelector } from '../../apimachinery/fields/selector.ts';
import { asList, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { LabelRequirement } from '../../apimachinery/labels/requirement.ts';
import { labelSelectorToSelector, parseLabelSelector } from '../../apimachinery/labels/selector.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { type AuthorizationAttributes, type RequestedAction, unasked } from './authorizer.ts';

export interface ReviewedAttributes {
  readonly attributes: AuthorizationAttributes;
  /** Selectors that could not be read, or not all of them: they narrow less than was meant. */
  readonly problems: readonly string[];
}

export function reviewedAttributes(spec: JsonObject, user: UserInfo): ReviewedAttributes {
  if (!isSet(spec.resourceAttributes)) {
    const { path, verb } = asObject(spec.nonResourceAttributes);
    return { attributes: { user, info: { ...unasked, path: asText(path), verb: asText(verb) } }, problems: [] };
  }
  const asked = asObject(spec.resourceAttributes);
  const info: RequestedAction = {
    isResourceRequest: true,
    path: '',
    verb: asText(asked.verb),
    group: asText(asked.group),
    version: asText(asked.version) || '*',
    namespace: asText(asked.namespace),
    resource: asText(asked.resource),
    subresource: asText(asked.subresource),
    name: asText(asked.name),
  };
  const fields = readSelector(asked.fieldSelector, (text) => parseFieldSelector(text).requirements, fieldRequirement);
  const labels = readSelector(asked.labelSelector, (text) => parseLabelSelector(text).requirements, labelRequirement);
  return {
    attributes: { user, info, fieldSelector: fields.requirements, labelSelector: labels.requirements },
    problems: [problemOf('fieldSelector', fields), problemOf('labelSelector', labels)].filter((text) => text !== ''),
  };
}

interface ReadSelector<T> {
  readonly requirements: readonly T[] | undefined;
  readonly isBroken: boolean;
}

function problemOf(field: string, { requirements = [], isBroken }: ReadSelector<unknown>): string {
  if (!isBroken) return '';
  const part = requirements.length > 0 ? 'partially ignored' : 'ignored';
  return `spec.resourceAttributes.${field} ${part} due to parse error`;
}

function readSelector<T>(
  selector: JsonValue | undefined,
  parse: (text: string) => readonly T[],
  read: (requirement: JsonObject) => T | undefined,
): ReadSelector<T> {
  const { rawSelector, requirements } = asObject(selector);
  if (asList(requirements).length > 0) {
    const all = asObjects(requirements).map((requirement) => orUndefined(() => read(requirement)));
    const known = all.filter((requirement) => requirement !== undefined);
    return { requirements: known, isBroken: known.length < all.length };
  }
  if (asText(rawSelector) === '') return { requirements: undefined, isBroken: false };
  const parsed = orUndefined(() => parse(asText(rawSelector)));
  return { requirements: parsed, isBroken: parsed === undefined };
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Undefined: more than a field selector can say. */
function fieldRequirement({ key, operator, values }: JsonObject): FieldRequirement | undefined {
  const [value, ...more] = asTexts(values);
  if (value === undefined || more.length > 0) return undefined;
  if (operator === 'In') return { field: asText(key), operator: '=', value };
  return operator === 'NotIn' ? { field: asText(key), operator: '!=', value } : undefined;
}

function labelRequirement(requirement: JsonObject): LabelRequirement | undefined {
  return labelSelectorToSelector({ matchExpressions: [requirement] }).requirements[0];
}
