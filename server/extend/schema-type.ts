/** Schemas of resources that are defined in TypeScript, and the types that follow from them. */

/** OpenAPI 3, as definitions of custom resources have it. */
export interface Schema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly enum?: readonly (string | number | boolean)[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message?: string }[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** What a value of a schema is; what is not required may be missing. */
export type ValueOf<S extends Schema> = S extends { readonly enum: readonly (infer Item)[] }
  ? Item
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'integer' | 'number' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly items: infer Item extends Schema }
          ? ValueOf<Item>[]
          : S extends { readonly properties: infer Fields extends Readonly<Record<string, Schema>> }
            ? ObjectOf<Fields, RequiredOf<S>>
            : S extends { readonly additionalProperties: infer Item extends Schema }
              ? Record<string, ValueOf<Item>>
              : Record<string, unknown>;

type RequiredOf<S> = S extends { readonly required: readonly (infer Name extends string)[] } ? Name : never;

type ObjectOf<Fields extends Readonly<Record<string, Schema>>, Required extends string> = {
  -readonly [Name in keyof Fields as Name extends Required ? Name : never]: ValueOf<Fields[Name]>;
} & {
  -readonly [Name in keyof Fields as Name extends Required ? never : Name]?: ValueOf<Fields[Name]>;
};
