/** Columns on the parameters of admission policies and their bindings. */
import type { JsonObject, JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { UNSET } from './cells.ts';
import { column } from './column.ts';
import { fieldsOf, isMessage, itemsOf, stringOf } from './json-reading.ts';

export const paramKindColumn = column('ParamKind', 'string', 'Kind of the objects that parameterize it.', paramKind);
export const paramRefColumn = column('ParamRef', 'string', 'Objects that parameterize it.', paramRef);

/** "group/version/Kind". */
function paramKind(policy: KubeObject): string {
  const kind = fieldsOf(policy.spec).paramKind;
  return isMessage(kind) ? `${stringOf(kind.apiVersion)}/${stringOf(kind.kind)}` : UNSET;
}

/** "namespace/name", or what upstream makes of a selector. */
function paramRef(binding: KubeObject): string {
  const reference = fieldsOf(fieldsOf(binding.spec).paramRef);
  const name = stringOf(reference.name);
  // Nothing here says whether the parameters have namespaces: "*" stands for the one of the request.
  if (name !== '') return `${stringOf(reference.namespace) || '*'}/${name}`;
  return isMessage(reference.selector) ? goLabelSelector(reference.selector) : UNSET;
}

/** Go's notation of the struct, which upstream prints as it is. */
function goLabelSelector(selector: JsonObject): string {
  const matchLabels = Object.entries(fieldsOf(selector.matchLabels))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${stringOf(value)},`);
  const expressions = itemsOf(selector.matchExpressions).map((item) => `${goRequirement(item)},`);
  return (
    `&LabelSelector{MatchLabels:map[string]string{${matchLabels.join('')}},` +
    `MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
  );
}

function goRequirement(item: JsonValue): string {
  const { key, operator, values } = fieldsOf(item);
  const list = itemsOf(values).map((value) => stringOf(value));
  return `LabelSelectorRequirement{Key:${stringOf(key)},Operator:${stringOf(operator)},Values:[${list.join(' ')}],}`;
}
