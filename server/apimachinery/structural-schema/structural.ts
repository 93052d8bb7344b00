/**
 * A custom resource's schema, compiled: what pruning, defaulting and validation of its objects walk over. Unlike the types of
 * built-in kinds it says nothing of Go: objects stay the JSON that they are.
 */
import type { JsonValue } from '../json.ts';
import type { ListType } from '../schema/type-schema.ts';

export interface Structural {
  /** Empty: any; two for int-or-string. */
  readonly types: readonly string[];
  readonly nullable: boolean;
  readonly intOrString: boolean;
  readonly preservesUnknown: boolean;
  /** Has kind, apiVersion and metadata of its own. */
  readonly isEmbedded: boolean;
  /** By name, sorted: errors come in a steady order. */
  readonly properties: ReadonlyMap<string, Structural>;
  /** Of the values of a map; 'untyped' where additionalProperties is a boolean; undefined: there are none. */
  readonly additional: Structural | 'untyped' | undefined;
  readonly items: Structural | undefined;
  readonly default: JsonValue | undefined;
  readonly listType: ListType | undefined;
  readonly mapKeys: readonly string[];
  readonly isAtomicMap: boolean;
  readonly rules: ValueRules;
  readonly validations: readonly CelRule[];
  /** What there is at or below this place, so that walks turn back early. */
  readonly reaches: Reach;
}

/** What a value must satisfy; unset means no demand. Nothing but this counts in allOf, anyOf, oneOf and not. */
export interface ValueRules {
  /** Empty where the format is not one that is checked. */
  readonly format: string;
  readonly maximum: number | undefined;
  readonly exclusiveMaximum: boolean;
  readonly minimum: number | undefined;
  readonly exclusiveMinimum: boolean;
  readonly multipleOf: number | undefined;
  readonly maxLength: number | undefined;
  readonly minLength: number | undefined;
  readonly pattern: string;
  readonly maxItems: number | undefined;
  readonly minItems: number | undefined;
  readonly uniqueItems: boolean;
  readonly maxProperties: number | undefined;
  readonly minProperties: number | undefined;
  readonly required: readonly string[];
  readonly enum: readonly JsonValue[] | undefined;
  readonly allOf: readonly Structural[];
  readonly anyOf: readonly Structural[];
  readonly oneOf: readonly Structural[];
  readonly not: Structural | undefined;
}

/** One of x-kubernetes-validations; what is unset is empty. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
  readonly messageExpression: string;
  readonly reason: string;
  readonly fieldPath: string;
  /** Undefined: it does not say. */
  readonly optionalOldSelf: boolean | undefined;
}

export interface Reach {
  readonly defaults: boolean;
  readonly embedded: boolean;
  /** Lists of type set or map. */
  readonly keyedLists: boolean;
  readonly validations: boolean;
}

/** The schema of one field of an object or value of a map. */
export function schemaOfField(schema: Structural, name: string): Structural | 'untyped' | undefined {
  return schema.properties.get(name) ?? schema.additional;
}

export const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
