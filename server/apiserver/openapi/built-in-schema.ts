/** Writes the OpenAPI 3 schema of a built-in type from its facts and its prose. */
import { type Descriptions, describeReference } from '../../../openapi/descriptions.ts';
import type { FactsTable, FieldFacts, TypeFacts } from '../../../openapi/type-facts.ts';
import { type JsonSchema, SCHEMAS } from './json-schema.ts';

/** Schemas of the types that are not plain structs; lists like ExtraValue ("Verbs") are written in place. */
const SPECIAL: ReadonlyMap<string, JsonSchema> = new Map([
  ['Time', { type: 'string', format: 'date-time' }],
  ['MicroTime', { type: 'string', format: 'date-time' }],
  ['Duration', { type: 'string' }],
  ['Quantity', { oneOf: [{ type: 'string' }, { type: 'number' }] }],
  ['IntOrString', { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }],
  ['FieldsV1', { type: 'object' }],
  ['RawExtension', { type: 'object' }],
  ['JSON', {}],
  ['JSONSchemaPropsOrBool', {}],
  ['JSONSchemaPropsOrArray', {}],
  ['JSONSchemaPropsOrStringArray', {}],
]);

interface ScalarSchema {
  readonly type: string;
  readonly format?: string;
  /** Default of a list's or map's elements: Go's zero value. */
  readonly zero?: unknown;
}

const SCALARS: ReadonlyMap<string, ScalarSchema> = new Map([
  ['string', { type: 'string', zero: '' }],
  ['bool', { type: 'boolean', zero: false }],
  ['int32', { type: 'integer', format: 'int32', zero: 0 }],
  ['int64', { type: 'integer', format: 'int64', zero: 0 }],
  ['float64', { type: 'number', format: 'double', zero: 0 }],
  ['bytes', { type: 'string', format: 'byte' }],
  ['any', { type: 'object' }],
]);

/** What is said of a field's scalar, or of the scalars in its list or map. */
type ScalarFacts = Pick<FieldFacts, 'enum' | 'format'>;

/** Where a type is shown: documents of one group version list only its own kinds of shared types such as DeleteOptions. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

export class BuiltInSchemas {
  private readonly facts: FactsTable;
  private readonly descriptions: Descriptions;

  constructor(facts: FactsTable, descriptions: Descriptions) {
    this.facts = facts;
    this.descriptions = descriptions;
  }

  has(typeName: string): boolean {
    return Object.hasOwn(this.facts.types, typeName);
  }

  /** Schema of a type; `shownIn` unset: with all its kinds. */
  schema(typeName: string, shownIn?: GroupVersion): JsonSchema {
    const type = this.facts.types[typeName];
    const schema: JsonSchema = {};
    const description = this.descriptions.type(typeName);
    if (description !== undefined) schema.description = description;
    if (type === undefined) return schema;
    const special = SPECIAL.get(type.special ?? '');
    if (special !== undefined) return { ...schema, ...special };

    schema.type = 'object';
    const fields = Object.entries(type.fields ?? {});
    const required = fields.filter(([, field]) => field.req).map(([name]) => name);
    if (required.length > 0) schema.required = required;
    if (fields.length > 0) {
      schema.properties = {};
      for (const [name, field] of fields.sort(byName)) schema.properties[name] = this.field(typeName, name, field);
    }
    const kinds = kindsShown(type, shownIn);
    if (kinds.length > 0) schema['x-kubernetes-group-version-kind'] = kinds;
    if (type.mapType !== undefined) schema['x-kubernetes-map-type'] = type.mapType;
    if (type.unions !== undefined) schema['x-kubernetes-unions'] = type.unions;
    return schema;
  }

  /** Description of a field, or that of its type where the field has none of its own. */
  describeField(typeName: string, name: string, field: FieldFacts): string | undefined {
    const described = this.descriptions.field(typeName, name);
    if (described !== undefined || !field.t.startsWith('#')) return described;
    return describeReference(field.t.slice(1), this.descriptions);
  }

  private field(typeName: string, name: string, field: FieldFacts): JsonSchema {
    const type = this.expression(field.t, field);
    const schema: JsonSchema = {};
    const description = withValues(this.describeField(typeName, name, field), field.enum);
    if (description !== undefined) schema.description = description;
    if (type.$ref === undefined) {
      Object.assign(schema, type);
      if (field.def !== undefined) schema.default = field.def;
    } else if (description === undefined && field.def === undefined) {
      return type;
    } else {
      // A reference takes no siblings in OpenAPI 3.
      if (field.def !== undefined) schema.default = field.def;
      schema.allOf = [type];
    }
    if (field.mapKeys !== undefined) schema['x-kubernetes-list-map-keys'] = field.mapKeys;
    if (field.listType !== undefined) schema['x-kubernetes-list-type'] = field.listType;
    if (field.mapType !== undefined) schema['x-kubernetes-map-type'] = field.mapType;
    if (field.patchMergeKey !== undefined) schema['x-kubernetes-patch-merge-key'] = field.patchMergeKey;
    if (field.patchStrategy !== undefined) schema['x-kubernetes-patch-strategy'] = field.patchStrategy;
    return schema;
  }

  private expression(expression: string, scalar: ScalarFacts): JsonSchema {
    if (expression.startsWith('[]')) return { type: 'array', items: this.element(expression.slice(2), scalar) };
    if (expression.startsWith('{}')) {
      return { type: 'object', additionalProperties: this.element(expression.slice(2), scalar) };
    }
    if (expression.startsWith('#')) {
      const typeName = expression.slice(1);
      if (this.facts.types[typeName]?.special === 'Verbs') return this.expression('[]string', {});
      return { $ref: SCHEMAS + typeName };
    }
    const { zero: _, ...schema }: ScalarSchema = SCALARS.get(expression) ?? { type: 'object' };
    const result: JsonSchema = { ...schema };
    if (scalar.format !== undefined) result.format = scalar.format;
    if (scalar.enum !== undefined) result.enum = scalar.enum;
    return result;
  }

  /** Elements of lists and maps show Go's zero value as their default. */
  private element(expression: string, scalar: ScalarFacts): JsonSchema {
    const schema = this.expression(expression, scalar);
    if (schema.$ref !== undefined) {
      const special = this.facts.types[expression.slice(1)]?.special;
      return special === undefined ? { default: {}, allOf: [schema] } : schema;
    }
    const zero = SCALARS.get(expression)?.zero;
    return zero === undefined ? schema : { ...schema, default: zero };
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function kindsShown(type: TypeFacts, shownIn: GroupVersion | undefined): unknown[] {
  const kinds = type.gvk ?? [];
  const shown =
    shownIn === undefined || kinds.length === 1
      ? kinds
      : kinds.filter(
          ({ group, version }) =>
            (group === '' && version === 'v1') || (group === shownIn.group && version === shownIn.version),
        );
  return shown.map(({ group, version, kind }) => ({ group, kind, version }));
}

function withValues(description: string | undefined, values: readonly string[] | undefined): string | undefined {
  if (values === undefined) return description;
  const list = `Possible enum values:\n${values.map((value) => ` - \`${JSON.stringify(value)}\``).join('\n')}`;
  return description === undefined ? list : `${description}\n\n${list}`;
}
