/** The object of a type in which every field is set, for round trips: always the same one, in Go's form. */
import type { JsonObject, JsonValue } from '../../json.ts';
import { Kind, type Schema, type StructSchema } from '../type-schema.ts';

/**
 * Without kind and apiVersion. Structs that hold themselves do so once. `values` counts, so that no two places hold the same
 * text and what is mixed up on the way is noticed.
 */
export function populatedObject(schema: StructSchema): JsonObject {
  return new Population().struct(schema);
}

class Population {
  readonly #open: string[] = [];
  #values = 0;

  struct(schema: StructSchema): JsonObject {
    this.#open.push(schema.name);
    const object: JsonObject = {};
    for (const field of schema.fields) {
      // TypeMeta has no place in protobuf.
      if (field.protobuf.length === 0) continue;
      const value = this.#value(field.schema);
      if (value !== undefined) object[field.name] = value;
    }
    this.#open.pop();
    return object;
  }

  /** Undefined: it would not end. */
  #value(schema: Schema): JsonValue | undefined {
    const count = ++this.#values;
    switch (schema.kind) {
      case Kind.struct:
        return this.#mayOpen(schema) ? this.struct(schema) : undefined;
      case Kind.list: {
        const elements = [this.#value(schema.element), this.#value(schema.element)];
        return elements.includes(undefined) ? undefined : (elements as JsonValue[]);
      }
      case Kind.map: {
        const value = this.#value(schema.value);
        return value === undefined
          ? undefined
          : { [`a${count}`]: value, [`é${count}`]: this.#value(schema.value) ?? '' };
      }
      case Kind.string:
        return `s${count}`;
      case Kind.boolean:
        return true;
      case Kind.integer:
        return Math.min(schema.max, 2 ** 31 + count);
      case Kind.float:
        return count + 0.5;
      case Kind.bytes:
        return Buffer.from(`b${count}`).toString('base64');
      case Kind.time:
        return `${new Date(1_700_000_000_000 + count * 1000).toISOString().slice(0, 19)}Z`;
      case Kind.microTime:
        return `2026-01-02T03:04:05.${String(count).padStart(6, '0')}Z`;
      case Kind.duration:
        return `1h2m${count % 60}.5s`;
      case Kind.quantity:
        return `${2 * count + 1}Mi`;
      case Kind.intOrString:
        return count % 2 === 0 ? count : `${count}%`;
      case Kind.variant:
        return this.#mayOpen(schema.struct()) ? this.struct(schema.struct()) : variants[schema.alternative];
      default:
        return { apiVersion: 'example.com/v1', kind: 'X', text: `r${count}` };
    }
  }

  #mayOpen(schema: StructSchema): boolean {
    return this.#open.filter((name) => name === schema.name).length < 2;
  }
}

const variants = { boolean: true, schemas: [{}], strings: ['a', 'b'] } satisfies Record<string, JsonValue>;
