/** Compiled schemas by type name and by group, version and kind. Types are compiled when first asked for. */
import { Kind, type Schema, type StructSchema } from './type-schema.ts';

/** A front end: what the registry asks for types that it has not compiled yet. */
export interface SchemaSource {
  /**
   * Compiles one type. The result must be passed to `register` before its fields are resolved, so that types may contain
   * themselves. Undefined: there is no such type.
   */
  compile(name: string, registry: SchemaRegistry): Schema | undefined;
  /** Name of the type that a kind has. */
  typeName(group: string, version: string, kind: string): string | undefined;
  /** All type names. */
  names(): Iterable<string>;
}

export class SchemaRegistry {
  readonly #source: SchemaSource;
  readonly #compiled = new Map<string, Schema>();

  constructor(source: SchemaSource) {
    this.#source = source;
  }

  /** By OpenAPI name ("io.k8s.api.core.v1.Pod"). */
  get(name: string): Schema | undefined {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const schema = this.#source.compile(name, this);
    if (schema !== undefined) this.#compiled.set(name, schema);
    return schema;
  }

  register(name: string, schema: Schema): void {
    this.#compiled.set(name, schema);
  }

  /** For names that the program itself knows: throws if there is no such struct. */
  struct(name: string): StructSchema {
    const schema = this.get(name);
    if (schema === undefined || schema.kind !== Kind.struct) throw new Error(`no struct type ${name}`);
    return schema;
  }

  /** The struct of a kind ("", "v1", "Pod"). */
  forKind(group: string, version: string, kind: string): StructSchema | undefined {
    const name = this.#source.typeName(group, version, kind);
    const schema = name === undefined ? undefined : this.get(name);
    return schema?.kind === Kind.struct ? schema : undefined;
  }

  names(): Iterable<string> {
    return this.#source.names();
  }
}
