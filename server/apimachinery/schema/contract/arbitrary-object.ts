/** Random objects of a type, for round trips: through protobuf, through the storage version. */
import fc from 'fast-check';
import type { JsonValue } from '../../json.ts';
import { Kind, type Schema, type StructSchema } from '../type-schema.ts';

/** Levels of structs in which all fields are used; below them there are texts only, which ends recursive types. */
const DEFAULT_LEVELS = 4;

/** JSON of an object, with any of its fields; not in Go's form. */
export function arbitraryObject(
  schema: StructSchema,
  options: { readonly levels?: number } = {},
): fc.Arbitrary<JsonValue> {
  return arbitraryStruct(schema, 0, options.levels ?? DEFAULT_LEVELS);
}

function arbitraryValue(schema: Schema, depth: number, levels: number): fc.Arbitrary<JsonValue> {
  switch (schema.kind) {
    case Kind.struct:
      return arbitraryStruct(schema, depth, levels);
    case Kind.list:
      return depth > levels + 1
        ? fc.constant([])
        : fc.array(arbitraryValue(schema.element, depth + 1, levels), { maxLength: 2 });
    case Kind.map:
      return depth > levels + 1
        ? fc.constant({})
        : fc.dictionary(text, arbitraryValue(schema.value, depth + 1, levels), { maxKeys: 2 });
    case Kind.string:
      return text;
    case Kind.boolean:
      return fc.boolean();
    case Kind.integer:
      return fc.integer({ min: Math.max(schema.min, -(2 ** 45)), max: Math.min(schema.max, 2 ** 45) });
    case Kind.float:
      return fc.constantFrom(0, 1.5, -2, 1e21);
    case Kind.bytes:
      return fc.uint8Array({ minLength: 1, maxLength: 5 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case Kind.time:
      return fc
        .integer({ min: -(2 ** 32), max: 2 ** 33 })
        .map((s) => `${new Date(s * 1000).toISOString().slice(0, 19)}Z`);
    case Kind.microTime:
      return fc.integer({ min: 0, max: 999_999 }).map((us) => `2026-01-02T03:04:05.${String(us).padStart(6, '0')}Z`);
    case Kind.duration:
      return fc.constantFrom('0s', '1h2m3s', '-1.5s');
    case Kind.quantity:
      return fc.constantFrom('0', '100m', '1Gi', '1e3', '5');
    case Kind.intOrString:
      return fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), text);
    case Kind.variant: {
      const alternatives = { boolean: [true, false], schemas: [[{}]], strings: [['a', 'b']] };
      const alternative = fc.constantFrom<JsonValue[]>(...alternatives[schema.alternative]);
      return depth >= levels ? alternative : fc.oneof(alternative, arbitraryStruct(schema.struct(), depth + 1, levels));
    }
    default:
      return fc.constantFrom<JsonValue[]>({ 'f:a': { '.': {} } }, { kind: 'X', list: [1.5, true, null, 'é'] });
  }
}

const text = fc.constantFrom(
  '',
  'a',
  'é€😀',
  'x'.repeat(200),
  '__proto__',
  'constructor',
  'a long text of more than a few words, yes',
);

function arbitraryStruct(schema: StructSchema, depth: number, levels: number): fc.Arbitrary<JsonValue> {
  const fields = schema.fields.filter(
    (field) => field.protobuf.length > 0 && (depth < levels || field.schema.kind === Kind.string),
  );
  return fc
    .subarray([...fields], { maxLength: depth === 0 ? fields.length : Math.min(fields.length, 3) })
    .chain((picked) =>
      fc.tuple(
        ...picked.map((field) =>
          arbitraryValue(field.schema, depth + 1, levels).map((value) => [field.name, value] as const),
        ),
      ),
    )
    .map((entries) => Object.fromEntries(entries));
}
