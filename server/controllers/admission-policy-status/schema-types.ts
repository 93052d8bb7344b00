/** From the OpenAPI document of a group version to the types that expressions on its objects have. Pure. */
import { type CelType, DYN, listOf, mapOf, type ObjectField, STRING } from '../../apimachinery/cel/cel-type.ts';
import { escapedName } from '../../apimachinery/cel/escaped-name.ts';
import { scalarTypeOf } from '../../apimachinery/cel/type-of-schema.ts';

/** As far as types follow from it. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: ReadonlyArray<{
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }>;
}

export interface OpenApiDocument {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const prefix = '#/components/schemas/';

/** Undefined: the document does not say. */
export function typeOfKind({ components }: OpenApiDocument, { group, version, kind }: Kind): CelType | undefined {
  const schemas = components?.schemas ?? {};
  const schema = Object.values(schemas).find((each) =>
    each['x-kubernetes-group-version-kind']?.some(
      (of) => of.group === group && of.version === version && of.kind === kind,
    ),
  );
  return schema === undefined ? undefined : new Types(schemas).of(schema, { name: kind, isResource: true });
}

class Types {
  readonly #schemas: Readonly<Record<string, Schema>>;

  constructor(schemas: Readonly<Record<string, Schema>>) {
    this.#schemas = schemas;
  }

  /** Undefined: expressions cannot see it, for nobody knows what it is. */
  of(
    given: Schema,
    { name, isResource }: { readonly name: string; readonly isResource: boolean },
  ): CelType | undefined {
    const schema = this.#resolved(given);
    if (schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string') return DYN;
    switch (schema.type) {
      case 'array': {
        const element = schema.items === undefined ? undefined : this.#nested(schema.items, `${name}.@idx`);
        return element === undefined ? undefined : listOf(element);
      }
      case 'object': {
        if (typeof schema.additionalProperties !== 'object') return this.#object(schema, { name, isResource });
        const value = this.#nested(schema.additionalProperties, `${name}.@prop`);
        return value === undefined ? undefined : mapOf(STRING, value);
      }
      default:
        return scalarTypeOf(schema.type, schema.format);
    }
  }

  #nested(schema: Schema, name: string): CelType | undefined {
    return this.of(schema, { name, isResource: schema['x-kubernetes-embedded-resource'] === true });
  }

  /** A reference may have a default beside it, and then stands in an allOf. */
  #resolved(schema: Schema): Schema {
    const [only, ...others] = schema.allOf ?? [];
    const { $ref = others.length === 0 ? only?.$ref : undefined } = schema;
    if ($ref?.startsWith(prefix) !== true) return schema;
    const name = $ref.slice(prefix.length);
    const found = Object.hasOwn(this.#schemas, name) ? this.#schemas[name] : undefined;
    return found === undefined ? schema : this.#resolved(found);
  }

  /** Fields are worked out when an expression has them: types may contain themselves. */
  #object(
    { properties = {} }: Schema,
    { name, isResource }: { readonly name: string; readonly isResource: boolean },
  ): CelType {
    const known = new Map<string, ObjectField | undefined>();
    const names = new Map(Object.keys(properties).map((property) => [escapedName(property), property] as const));
    const work = (field: string): ObjectField | undefined => {
      // Here words of CEL are names as they are, too: object.metadata.namespace.
      const property = names.get(field) ?? names.get(escapedName(field));
      const schema = property === undefined ? undefined : properties[property];
      const type = schema === undefined ? undefined : this.#nested(schema, `${name}.${property}`);
      if (type !== undefined && property !== undefined) return { name: property, type };
      return isResource ? commonField(field, name) : undefined;
    };
    return {
      kind: 'object',
      name,
      field(field) {
        if (!known.has(field)) known.set(field, work(field));
        return known.get(field);
      },
    };
  }
}

/** What every object has, whether its schema says so or not. */
function commonField(field: string, name: string): ObjectField | undefined {
  if (field === 'apiVersion' || field === 'kind') return { name: field, type: STRING };
  if (field !== 'metadata') return undefined;
  const type: CelType = {
    kind: 'object',
    name: `${name}.metadata`,
    field: (inner) => (inner === 'name' || inner === 'generateName' ? { name: inner, type: STRING } : undefined),
  };
  return { name: field, type };
}
