/**
 * Decoding in Go's own order and words, for input that the fast walk refused: type errors, unknown and duplicate fields, and
 * the value that Go would have made of it (duplicates are decoded into one another).
 */
import { canonicalGoDuration, DurationError } from '../duration/go-duration.ts';
import { goQuote } from '../errors/field-error.ts';
import { type JsonObject, type JsonValue, rawJson } from '../json.ts';
import { canonicalQuantity, QuantityError } from '../quantity/quantity.ts';
import { setKey } from './canonical.ts';
import { DecodeError } from './decode-error.ts';
import { canonicalTime } from './go-time.ts';
import { SourceNumber, SourceObject, type SourceValue } from './json-source.ts';
import { plainValue } from './raw-json.ts';
import { canonicalBase64, inRange } from './scalar-forms.ts';
import { type FieldSchema, Kind, type Schema, type StructSchema, type VariantSchema } from './type-schema.ts';

/** Upstream reports no more than this many unknown and duplicate fields. */
const MAX_STRICT_ERRORS = 100;

const UINT8 = { kind: Kind.integer, goType: 'uint8', min: 0, max: 255, range: [0n, 255n] } as const;

/** A value, or what was there before where Go leaves it alone. */
type Decoded = JsonValue | undefined;

export interface GoDecoded {
  /** Valid for its type, not yet in canonical form. */
  readonly value: JsonValue;
  readonly strictErrors: readonly string[];
}

/** Throws DecodeError with Go's message. */
export function decodeAsGo(schema: Schema, source: SourceValue): GoDecoded {
  const decoder = new GoDecoder();
  const value = decoder.decode(schema, source);
  return { value, strictErrors: decoder.strictErrors };
}

class GoDecoder {
  readonly #strict = new Set<string>();
  /** The first error of those after which Go goes on reading. */
  #saved: DecodeError | undefined;
  /** Innermost struct with a field being read, and the names of the fields from the root, embedded structs included. */
  #struct = '';
  #fields: readonly string[] = [];
  #path = '';
  /** Types that unmarshal themselves do so without strictness. */
  #lenient = false;

  get strictErrors(): readonly string[] {
    return [...this.#strict];
  }

  decode(schema: Schema, source: SourceValue): JsonValue {
    const value = this.#value(schema, source, undefined);
    if (this.#saved !== undefined) throw this.#saved;
    return value === undefined ? {} : value;
  }

  #value(schema: Schema, source: SourceValue, before: Decoded): Decoded {
    switch (schema.kind) {
      case Kind.struct:
        return this.#structValue(schema, source, before);
      case Kind.map:
        return this.#map(schema.value, schema.goType, source, before);
      case Kind.list:
        return this.#list(schema.element, schema.goType, source, before);
      case Kind.any:
        return this.#any(source);
      case Kind.raw:
        return source === null ? before : plainValue(source);
      // Those that read themselves are told of null, and take it for their zero.
      case Kind.time:
      case Kind.microTime:
        if (source === null) return null;
        if (typeof source !== 'string') throw this.#typeError(nameOf(source), 'string');
        return canonicalTime(source, schema.kind === Kind.time ? 'seconds' : 'micro');
      case Kind.duration:
        if (source !== null && typeof source !== 'string') throw this.#typeError(nameOf(source), 'string');
        return durationOf(source ?? '');
      case Kind.quantity:
        return source === null ? null : quantityOf(source);
      case Kind.intOrString:
        if (source === null) return typeof before === 'number' ? before : null;
        return typeof source === 'string' ? source : this.#intOrString(source);
      case Kind.variant:
        return this.#variant(schema, source);
      default:
        return source === null ? before : this.#scalar(schema, source, before);
    }
  }

  #structValue(schema: StructSchema, source: SourceValue, before: Decoded): Decoded {
    if (source === null) return before;
    if (!(source instanceof SourceObject)) return this.#save(nameOf(source), schema.goType, before);
    const object: JsonObject = isObject(before) ? before : {};
    const seen = new Set<string>();
    const [struct, fields, path] = [this.#struct, this.#fields, this.#path];
    for (const [key, value] of source.entries) {
      const field = schema.byName.get(key);
      if (field === undefined) {
        this.#strictError('unknown field', key);
        continue;
      }
      if (seen.has(key)) this.#strictError('duplicate field', key);
      seen.add(key);
      this.#struct = schema.goName;
      this.#fields = [...fields, ...embedded(field), key];
      this.#path = joined(path, key);
      const earlier = object[key];
      // A null pointer, list or map forgets what an earlier duplicate has set; other types ignore null.
      const forgets =
        value === null && (field.pointer || field.schema.kind === Kind.list || field.schema.kind === Kind.map);
      const decoded = forgets ? null : this.#value(field.schema, value, earlier ?? undefined);
      if (decoded !== undefined) object[key] = decoded;
      [this.#struct, this.#fields, this.#path] = [struct, fields, path];
    }
    return object;
  }

  #map(values: Schema, goType: string, source: SourceValue, before: Decoded): Decoded {
    if (source === null) return null;
    if (!(source instanceof SourceObject)) return this.#save(nameOf(source), goType, before);
    const object: JsonObject = isObject(before) ? before : {};
    const seen = new Set<string>();
    const path = this.#path;
    for (const [key, value] of source.entries) {
      if (seen.has(key)) this.#strictError('duplicate field', key);
      seen.add(key);
      this.#path = joined(path, key);
      setKey(object, key, this.#value(values, value, undefined) ?? null);
      this.#path = path;
    }
    return object;
  }

  #list(element: Schema, goType: string, source: SourceValue, before: Decoded): Decoded {
    if (source === null) return null;
    if (!Array.isArray(source)) return this.#save(nameOf(source), goType, before);
    const earlier = Array.isArray(before) ? before : [];
    const path = this.#path;
    const list = source.map((item, index) => {
      this.#path = `${path}[${index}]`;
      return this.#value(element, item, earlier[index] ?? undefined) ?? null;
    });
    this.#path = path;
    return list;
  }

  #scalar(schema: Schema, source: SourceValue, before: Decoded): Decoded {
    switch (schema.kind) {
      case Kind.string:
        if (typeof source === 'string') return source;
        break;
      case Kind.boolean:
        if (typeof source === 'boolean') return source;
        break;
      case Kind.bytes:
        if (typeof source === 'string') return this.#base64(source, before);
        if (Array.isArray(source)) return this.#byteList(source, before);
        break;
      case Kind.integer:
        if (source instanceof SourceNumber) {
          const value = integerOf(source.text);
          if (value !== undefined && inRange(schema, value)) return integerValue(value);
          return this.#save(`number ${source.text}`, schema.goType, before);
        }
        break;
      case Kind.float:
        if (source instanceof SourceNumber) {
          const value = Number(source.text);
          return Number.isFinite(value) ? value : this.#save(`number ${source.text}`, schema.goType, before);
        }
        break;
      default:
        break;
    }
    return this.#save(nameOf(source), schema.goType, before);
  }

  #base64(source: string, before: Decoded): Decoded {
    try {
      return canonicalBase64(source);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#saved ??= error;
      return before;
    }
  }

  /** Go reads []byte from a list of numbers too. */
  /** A null keeps the byte that an earlier duplicate has set. */
  #byteList(source: readonly SourceValue[], before: Decoded): JsonValue {
    const earlier = Buffer.from(typeof before === 'string' ? before : '', 'base64');
    const bytes = source.map((item, index) => {
      const byte = earlier[index] ?? 0;
      return Number(item === null ? byte : this.#scalar(UINT8, item, byte));
    });
    return Buffer.from(bytes).toString('base64');
  }

  #intOrString(source: SourceValue): JsonValue {
    if (!(source instanceof SourceNumber)) throw this.#typeError(nameOf(source), 'int32');
    const value = integerOf(source.text);
    if (value === undefined || value !== BigInt.asIntN(32, value)) {
      throw this.#typeError(`number ${source.text}`, 'int32');
    }
    return Number(value);
  }

  #variant(schema: VariantSchema, source: SourceValue): Decoded {
    if (source instanceof SourceObject) return this.#apart(schema.struct(), source);
    if (schema.alternative === 'boolean') {
      if (typeof source === 'boolean') return source;
      throw new DecodeError('boolean or JSON schema expected');
    }
    // The form knows that something was sent.
    if (!Array.isArray(source)) return plainValue(source);
    const strings = { kind: Kind.string, goType: 'string' } as const;
    const element = schema.alternative === 'strings' ? strings : schema.struct();
    return source.map((item) => this.#apart(element, item) ?? null);
  }

  /** As a decoder of its own does: without strictness, and with its first error at once. */
  #apart(schema: Schema, source: SourceValue): Decoded {
    const [lenient, saved] = [this.#lenient, this.#saved];
    this.#lenient = true;
    this.#saved = undefined;
    const value = this.#value(schema, source, undefined);
    const failure = this.#saved as DecodeError | undefined;
    if (failure !== undefined) throw failure;
    [this.#lenient, this.#saved] = [lenient, saved];
    return value;
  }

  #any(source: SourceValue): JsonValue {
    if (source instanceof SourceObject) {
      const object: JsonObject = {};
      const path = this.#path;
      for (const [key, value] of source.entries) {
        if (Object.hasOwn(object, key)) this.#strictError('duplicate field', key);
        this.#path = joined(path, key);
        setKey(object, key, this.#any(value));
        this.#path = path;
      }
      return object;
    }
    if (Array.isArray(source)) {
      const path = this.#path;
      const list = source.map((item, index) => {
        this.#path = `${path}[${index}]`;
        return this.#any(item);
      });
      this.#path = path;
      return list;
    }
    if (!(source instanceof SourceNumber)) return source;
    return numberValue(source.text) ?? this.#save(`number ${source.text}`, 'float64', null) ?? null;
  }

  #strictError(kind: 'unknown field' | 'duplicate field', key: string): void {
    if (this.#lenient || this.#strict.size >= MAX_STRICT_ERRORS) return;
    this.#strict.add(`${kind} ${goQuote(joined(this.#path, key))}`);
  }

  #save(found: string, goType: string, before: Decoded): Decoded {
    this.#saved ??= this.#typeError(found, goType);
    return before;
  }

  #typeError(found: string, goType: string): DecodeError {
    const where = this.#fields.length === 0 ? 'value' : `struct field ${this.#struct}.${this.#fields.join('.')}`;
    return new DecodeError(`json: cannot unmarshal ${found} into Go ${where} of type ${goType}`);
  }
}

/** Of the structs embedded on the way to a field; kind and apiVersion come from an embedded TypeMeta. */
function embedded(field: FieldSchema): readonly string[] {
  if (field.via.length > 0) return field.via;
  const typeMeta = field.protobuf.length === 0 && (field.name === 'kind' || field.name === 'apiVersion');
  return typeMeta ? ['TypeMeta'] : [];
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function isObject(value: Decoded): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(source: SourceValue): string {
  if (source instanceof SourceNumber) return 'number';
  if (source instanceof SourceObject) return 'object';
  if (Array.isArray(source)) return 'array';
  return typeof source === 'boolean' ? 'bool' : typeof source;
}

function durationOf(text: string): string {
  try {
    return canonicalGoDuration(text);
  } catch (error) {
    if (error instanceof DurationError) throw new DecodeError(error.message);
    throw error;
  }
}

function quantityOf(source: SourceValue): string {
  // The type reads the raw text: anything that is no string or number fails by its form.
  const text = typeof source === 'string' ? source : source instanceof SourceNumber ? source.text : '{}';
  try {
    return canonicalQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
}

/** As strconv.ParseInt reads it: undefined for a fraction or an exponent. */
function integerOf(text: string): bigint | undefined {
  return /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

function integerValue(value: bigint): JsonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : rawJson(String(value));
}

/** A number without a type: an integer where its text is one that fits in 64 bits, else a float; undefined beyond floats. */
function numberValue(text: string): JsonValue | undefined {
  const integer = integerOf(text);
  if (integer !== undefined && integer === BigInt.asIntN(64, integer)) return integerValue(integer);
  const float = Number(text);
  return Number.isFinite(float) ? float : undefined;
}
