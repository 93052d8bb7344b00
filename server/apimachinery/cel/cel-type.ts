/** Types of CEL, as the checker compares them and as messages print them. */

export type CelType =
  | {
      readonly kind:
        | 'dyn'
        | 'bool'
        | 'int'
        | 'uint'
        | 'double'
        | 'string'
        | 'bytes'
        | 'null'
        | 'timestamp'
        | 'duration';
    }
  | ListType
  | { readonly kind: 'map'; readonly key: CelType; readonly value: CelType }
  | ObjectType
  | { readonly kind: 'optional'; readonly value: CelType }
  | { readonly kind: 'type'; readonly of: CelType }
  /** A kind of value that only its functions look into: "kubernetes.Quantity". */
  | { readonly kind: 'opaque'; readonly name: string }
  /** In declarations of functions: any type, the same wherever the name is. */
  | { readonly kind: 'param'; readonly name: string };

export interface ListType {
  readonly kind: 'list';
  readonly element: CelType;
  /** Of lists in which order does not count: the fields by which items are told apart, or that they are by their values. */
  readonly keys?: readonly string[] | 'value' | undefined;
}

export interface ObjectType {
  readonly kind: 'object';
  readonly name: string;
  /** By the name that expressions use; a function, so that types may contain themselves and cost nothing until asked for. */
  readonly field: (name: string) => ObjectField | undefined;
}

export interface ObjectField {
  /** In the JSON. */
  readonly name: string;
  readonly type: CelType;
}

export const DYN: CelType = { kind: 'dyn' };
export const BOOL: CelType = { kind: 'bool' };
export const INT: CelType = { kind: 'int' };
export const UINT: CelType = { kind: 'uint' };
export const DOUBLE: CelType = { kind: 'double' };
export const STRING: CelType = { kind: 'string' };
export const BYTES: CelType = { kind: 'bytes' };
export const NULL: CelType = { kind: 'null' };
export const TIMESTAMP: CelType = { kind: 'timestamp' };
export const DURATION: CelType = { kind: 'duration' };

export const listOf = (element: CelType): ListType => ({ kind: 'list', element });
export const mapOf = (key: CelType, value: CelType): CelType => ({ kind: 'map', key, value });
export const optionalOf = (value: CelType): CelType => ({ kind: 'optional', value });
export const opaque = (name: string): Extract<CelType, { kind: 'opaque' }> => ({ kind: 'opaque', name });
export const param = (name: string): CelType => ({ kind: 'param', name });

/** The name that a type itself has. */
export function declaredName(type: CelType): string {
  return type.kind === 'null' ? 'null_type' : typeName(type);
}

/** As messages of the type checker have it. */
export function typeName(type: CelType): string {
  switch (type.kind) {
    case 'null':
      return 'null';
    case 'list':
      return `list(${typeName(type.element)})`;
    case 'map':
      return `map(${typeName(type.key)}, ${typeName(type.value)})`;
    case 'object':
    case 'opaque':
    case 'param':
      return type.name;
    case 'optional':
      return `optional_type(${typeName(type.value)})`;
    case 'type':
      return `type(${typeName(type.of)})`;
    case 'timestamp':
    case 'duration':
    default:
      return type.kind;
  }
}

/** What type parameters stand for in one call, and the element types of empty lists and maps. */
export type Substitution = Map<string, CelType>;

let fresh = 0;

/** A type that is not known yet. */
export function newUnknown(): CelType {
  return { kind: 'param', name: `%${fresh++}` };
}

export function resolve(type: CelType, substitution: Substitution): CelType {
  switch (type.kind) {
    case 'param': {
      const known = substitution.get(type.name);
      return known === undefined ? type : resolve(known, substitution);
    }
    case 'list':
      return listOf(resolve(type.element, substitution));
    case 'map':
      return mapOf(resolve(type.key, substitution), resolve(type.value, substitution));
    case 'optional':
      return optionalOf(resolve(type.value, substitution));
    case 'type':
      return { kind: 'type', of: resolve(type.of, substitution) };
    default:
      return type;
  }
}

const NULLABLE = ['null', 'object', 'timestamp', 'duration', 'opaque', 'optional', 'dyn'];

/** What nothing says a type of is dyn: the elements of `[]`. */
export function withoutUnknowns(type: CelType): CelType {
  switch (type.kind) {
    case 'param':
      return DYN;
    case 'list':
      return listOf(withoutUnknowns(type.element));
    case 'map':
      return mapOf(withoutUnknowns(type.key), withoutUnknowns(type.value));
    case 'optional':
      return optionalOf(withoutUnknowns(type.value));
    default:
      return type;
  }
}

/** True where a value of `given` may stand for `wanted`; learns what parameters are. */
export function isAssignable(wanted: CelType, given: CelType, substitution: Substitution): boolean {
  const a = resolve(wanted, substitution);
  const b = resolve(given, substitution);
  if (a.kind === 'param' || b.kind === 'param') return bind(a, b, substitution);
  if (a.kind === 'dyn' || b.kind === 'dyn') return true;
  if (a.kind === 'null') return NULLABLE.includes(b.kind);
  if (b.kind === 'null') return NULLABLE.includes(a.kind);
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'list':
      return b.kind === 'list' && isAssignable(a.element, b.element, substitution);
    case 'map':
      return (
        b.kind === 'map' && isAssignable(a.key, b.key, substitution) && isAssignable(a.value, b.value, substitution)
      );
    case 'optional':
      return b.kind === 'optional' && isAssignable(a.value, b.value, substitution);
    case 'object':
      return b.kind === 'object' && a.name === b.name;
    case 'opaque':
      return b.kind === 'opaque' && a.name === b.name;
    default:
      return true;
  }
}

function bind(a: CelType, b: CelType, substitution: Substitution): boolean {
  const [parameter, other] = a.kind === 'param' ? [a, b] : [b, a];
  if (parameter.kind !== 'param') return false;
  if (other.kind === 'param' && other.name === parameter.name) return true;
  if (contains(other, parameter.name)) return false;
  substitution.set(parameter.name, other);
  return true;
}

function contains(type: CelType, name: string): boolean {
  switch (type.kind) {
    case 'param':
      return type.name === name;
    case 'list':
      return contains(type.element, name);
    case 'map':
      return contains(type.key, name) || contains(type.value, name);
    case 'optional':
      return contains(type.value, name);
    case 'type':
      return contains(type.of, name);
    default:
      return false;
  }
}

export function instantiate(type: CelType, renamed: Map<string, CelType>): CelType {
  switch (type.kind) {
    case 'param': {
      let fresh = renamed.get(type.name);
      if (fresh === undefined) renamed.set(type.name, (fresh = newUnknown()));
      return fresh;
    }
    case 'list':
      return listOf(instantiate(type.element, renamed));
    case 'map':
      return mapOf(instantiate(type.key, renamed), instantiate(type.value, renamed));
    case 'optional':
      return optionalOf(instantiate(type.value, renamed));
    case 'type':
      return { kind: 'type', of: instantiate(type.of, renamed) };
    default:
      return type;
  }
}
