/** x-kubernetes-validations: the rules of a schema on an object and everything in it, within one budget of cost. */
import { CelCostError, CelError } from '../cel/cel-error.ts';
import { type Cel, loadCel } from '../cel/load-cel.ts';
import type { CelValue } from '../cel/values.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidWithoutValue,
  required,
} from '../errors/field-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { jsonEquals } from '../json-equals.ts';
import { celTypeOf } from './cel-types.ts';
import { type CompiledRule, compileRules, isBroken } from './compile-rules.ts';
import { oldItemsOf, type OldValue } from './old-items.ts';
import { type CelRule, schemaOfField, type Structural } from './structural.ts';

const MAX_MESSAGE_BYTES = 5 * 1024;
/** Errors after which the types that rules count on may not hold. */
const blocking = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

export interface RuleFindings {
  readonly errors: readonly FieldError[];
  /** What was wrong before and is as it was. */
  readonly ratcheted: readonly FieldError[];
}

const NOTHING: RuleFindings = { errors: [], ratcheted: [] };

/** `found` is what has been found without the rules; the result is what they add. `path` is the value's own. */
export function checkRules(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: Structural,
  found: readonly FieldError[],
  path = '',
): RuleFindings {
  if (!schema.reaches.validations) return NOTHING;
  if (found.some(({ type }) => blocking.has(type))) {
    const detail =
      'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
    return { errors: [invalid('<nil>', null, detail)], ratcheted: [] };
  }
  const walk = new RuleWalk();
  walk.visit(value, schema, { path, old: old === undefined ? undefined : { value: old }, isWithinSame: () => false });
  return walk;
}

interface Place {
  readonly path: string;
  readonly old: OldValue;
  /** Where no old value corresponds: whether the innermost one around that has one is as it was. */
  readonly isWithinSame: () => boolean;
}

class RuleWalk implements RuleFindings {
  readonly errors: FieldError[] = [];
  readonly ratcheted: FieldError[] = [];
  readonly #cel: Cel = loadCel();
  #budget = this.#cel.RUNTIME_BUDGET;

  visit(value: JsonValue, schema: Structural, place: Place): void {
    if (value === null || !schema.reaches.validations || this.#budget < 0) return;
    for (const compiled of compileRules(schema, place.path === '')) {
      if (this.#budget < 0) return;
      const field = place.path === '' ? '<nil>' : place.path;
      if (isBroken(compiled)) {
        const what = compiled.isUntyped ? 'rule compiler initialization error' : 'rule compile error';
        this.errors.push(invalid(field, typeOf(schema), `${what}: ${compiled.problem}`));
      } else this.#check(value, schema, compiled, place);
    }
    if (Array.isArray(value)) this.#visitItems(value, schema, place);
    else if (isJsonObject(value)) this.#visitFields(value, schema, place);
  }

  #visitItems(list: JsonValue[], schema: Structural, place: Place): void {
    const { items } = schema;
    if (items === undefined) return;
    const oldItem = oldItemsOf(schema, place.old);
    const isWithinSame = sameness(list, place);
    list.forEach((item, index) => {
      this.visit(item, items, { path: `${place.path}[${index}]`, old: oldItem(item), isWithinSame });
    });
  }

  #visitFields(object: JsonObject, schema: Structural, outer: Place): void {
    const { path, old } = outer;
    const isWithinSame = sameness(object, outer);
    const before = old !== undefined && isJsonObject(old.value) ? old.value : undefined;
    for (const key of Object.keys(object)) {
      const property = schema.properties.get(key);
      const inner = property ?? schema.additional;
      if (typeof inner !== 'object') continue;
      // Fields without a type are not seen by any rule, nor is what lies in them.
      if (property !== undefined && celTypeOf(property, property.isEmbedded) === undefined) continue;
      const isThere = before !== undefined && Object.hasOwn(before, key);
      const place = property === undefined ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      this.visit(object[key] ?? null, inner, {
        path: place,
        old: isThere ? { value: before[key] ?? null } : undefined,
        isWithinSame,
      });
    }
  }

  #check(value: JsonValue, schema: Structural, compiled: CompiledRule, place: Place): void {
    const { rule, usesOldSelf } = compiled;
    const old = place.old?.value ?? null;
    // A transition can only be judged where there was something before.
    if (usesOldSelf && old === null && rule.optionalOldSelf !== true) return;
    const field = place.path === '' ? '<nil>' : place.path;
    const type = typeOf(schema);
    const variables = this.#variables(value, old, compiled);
    let result: CelValue;
    try {
      result = this.#spend(compiled.program, variables);
    } catch (error) {
      this.#refuse(error, field, type, rule);
      return;
    }
    if (result === true) return;
    const isAsBefore = !usesOldSelf && sameness(value, place)();
    const detail = this.#message(compiled, variables) ?? messageOf(rule);
    const error = errorOf(rule, pathOf(field, rule, schema), isWhole(type) ? undefined : value, detail);
    (isAsBefore ? this.ratcheted : this.errors).push(error);
  }

  #variables(value: JsonValue, old: JsonValue, { rule, type }: CompiledRule): Map<string, () => CelValue | undefined> {
    const { celValueOf, CelOptional } = this.#cel;
    const before = (): CelValue | undefined => (old === null ? undefined : celValueOf(old, type));
    return new Map<string, () => CelValue | undefined>([
      ['self', () => celValueOf(value, type)],
      ['oldSelf', rule.optionalOldSelf === true ? () => new CelOptional(before()) : before],
    ]);
  }

  /** @throws CelError, CelCostError */
  #spend(program: CompiledRule['program'], variables: Map<string, () => CelValue | undefined>): CelValue {
    const limit = Math.min(this.#cel.PER_CALL_LIMIT, this.#budget);
    const { value, cost } = program.evaluate(variables, limit);
    this.#budget -= cost;
    return value;
  }

  #refuse(error: unknown, field: string, type: string, rule: CelRule): void {
    const shown = messageOrRule(rule);
    if (error instanceof CelCostError) {
      const isWholeBudget = this.#budget < this.#cel.PER_CALL_LIMIT;
      this.#budget = -1;
      const detail = isWholeBudget
        ? 'validation failed due to running out of cost budget, no further validation rules will be run'
        : `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${shown}`;
      this.errors.push(invalid(field, type, detail));
    } else if (error instanceof CelError) {
      const detail = error.message.startsWith('no such overload')
        ? `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${shown}`
        : `${error.message} evaluating rule: ${shown}`;
      this.errors.push(invalid(field, type, detail));
    } else throw error;
  }

  /** Undefined: there is none, or none that can be shown. */
  #message({ message }: CompiledRule, variables: Map<string, () => CelValue | undefined>): string | undefined {
    if (message === undefined) return undefined;
    try {
      const text = this.#spend(message, variables);
      const trimmed = typeof text === 'string' ? text.trim() : '';
      const isFit = trimmed !== '' && !trimmed.includes('\n') && Buffer.byteLength(trimmed) <= MAX_MESSAGE_BYTES;
      return isFit ? trimmed : undefined;
    } catch (error) {
      if (error instanceof CelError || error instanceof CelCostError) return undefined;
      throw error;
    }
  }
}

/** Whether the value, or else what it stands in, is as it was before. */
function sameness(value: JsonValue, { old, isWithinSame }: Place): () => boolean {
  if (old === undefined) return isWithinSame;
  let isSame: boolean | undefined;
  return () => (isSame ??= old.value !== null && jsonEquals(old.value, value));
}

function typeOf({ types }: Structural): string {
  return types.length === 1 ? (types[0] ?? '') : '';
}

function isWhole(type: string): boolean {
  return type === 'object' || type === 'array';
}

function messageOf(rule: CelRule): string {
  return rule.message === '' ? `failed rule: ${rule.rule.trim()}` : rule.message.trim();
}

function messageOrRule(rule: CelRule): string {
  return (rule.message === '' ? rule.rule : rule.message).trim();
}

/** Definitions with a path to nowhere are refused; a default is validated before that. */
function pathOf(field: string, { fieldPath }: CelRule, schema: Structural): string {
  let inner = '';
  let at: Structural | 'untyped' | undefined = schema;
  for (const [, name, quoted] of fieldPath.matchAll(/\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/g)) {
    const key: string = name ?? (quoted ?? '').replace(/\\(.)/g, '$1');
    at = typeof at === 'object' ? schemaOfField(at, key) : undefined;
    if (at === undefined) return field;
    inner += `.${key}`;
  }
  return field === '<nil>' && inner !== '' ? inner.slice(1) : field + inner;
}

function errorOf(rule: CelRule, field: string, value: JsonValue | undefined, detail: string): FieldError {
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return value === undefined ? { ...duplicate(field, null), message: 'Duplicate value' } : duplicate(field, value);
    default:
      return value === undefined ? invalidWithoutValue(field, detail) : invalid(field, value, detail);
  }
}
