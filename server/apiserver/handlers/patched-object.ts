/** A patched document as an object of its type, and the refusal where it is none: it names the document or the patch. */
import { type FieldError, goQuote, invalid } from '../../apimachinery/errors/field-error.ts';
import { failure, newBadRequest, type StatusError } from '../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { type DecodeOptions, decodeObject } from '../../apimachinery/schema/decode-json.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import { parseGroupVersion } from '../../apimachinery/schema/type-meta.ts';
import { type ExpectedKind, schemeName } from '../negotiation/decode-body.ts';
import { withEmptyManagers } from '../negotiation/empty-managers.ts';
import { untypedObject, type UntypedOptions } from '../negotiation/untyped-body.ts';
import { internalPackage } from '../negotiation/go-names.ts';
import { addWarning, type ApiContext } from '../request-context.ts';
import { conversionProblem, conversionText, unknownFields, withWrappedIntegers } from './conversion-problem.ts';
import type { Patch } from './read-patch.ts';
import type { WriteQuery } from './request-options.ts';
import { inWrittenOrder } from './written-order.ts';

export interface PatchTarget {
  readonly ctx: ApiContext;
  readonly expected: ExpectedKind;
  readonly query: WriteQuery;
  readonly schemas: SchemaRegistry;
  /** The way of the decoded object to where it is stored. @throws DecodeError */
  readonly convert: (object: KubeObject) => KubeObject;
}

/** @throws StatusError 422 for a document that is not of the expected kind, and with fieldValidation=Strict for stray fields. */
export function applyPatch(patch: Patch, original: JsonObject, target: PatchTarget): KubeObject {
  const { expected, query } = target;
  const patched = patch.apply(original);
  const refuse = (problem: string) => newInvalidPatch(patch.subject(patched, original), problem);
  if (!patch.isStrategic && expected.untyped === undefined) {
    const problem = kindProblem(patched, target);
    if (problem !== undefined) throw refuse(problem);
    if (isJsonObject(patched) && (patched.apiVersion ?? '') === '') throw newNameless(patched, target, refuse);
  }
  const strict = query.fieldValidation !== 'Ignore';
  const decode = (document: JsonValue) =>
    decodeDocumentOf(expected, structuredCopy(document), { strict, sortRaw: patch.isStrategic });
  try {
    const { object, strictErrors } = patch.isStrategic ? decodeAsConverted(expected, patched, decode) : decode(patched);
    let stray = strictErrors;
    if (stray.length > 0 && patch.isStrategic) stray = unknownFields(expected.schema, patched).toSorted();
    else if (stray.length > 1) stray = strayInOrder(patch, patched, original, target, decode);
    reportStray([...patch.strictErrors, ...stray], target, refuse);
    const kind = object as KubeObject;
    kind.kind = expected.kind;
    kind.apiVersion = expected.apiVersion;
    return target.convert(kind);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    if (!patch.isStrategic) throw refuse(problemInOrder(error, patch, patched, original, target, decode));
    throw refuse(conversionText(expected.schema, patched, error));
  }
}

/** A patched or merged document as an object of its kind; uses the document up. @throws DecodeError, StatusError */
export function decodeDocumentOf(
  expected: ExpectedKind,
  copy: JsonValue,
  { strict, keepsNulls, sortRaw }: UntypedOptions & Pick<DecodeOptions, 'sortRaw'>,
) {
  return withEmptyManagers(copy, () =>
    expected.untyped === undefined
      ? decodeObject(expected.schema, copy, { strict, sortRaw })
      : untypedObject(expected.untyped, copy, expected, { strict, isPatched: true, keepsNulls }),
  );
}

type Decode = (document: JsonValue) => ReturnType<typeof decodeDocumentOf>;

/** Upstream's conversion from maps takes any number for an integer and cuts its upper bits off. */
export function decodeAsConverted({ schema, untyped }: ExpectedKind, patched: JsonValue, decode: Decode) {
  try {
    return decode(patched);
  } catch (error) {
    if (!(error instanceof DecodeError) || untyped !== undefined) throw error;
    if (conversionProblem(schema, patched) !== undefined) throw error;
    return decode(withWrappedIntegers(schema, patched));
  }
}

/** In the order of the text that upstream reads. */
function strayInOrder(
  patch: Patch,
  patched: JsonValue,
  original: JsonObject,
  { expected }: PatchTarget,
  decode: Decode,
): readonly string[] {
  const schema = expected.untyped === undefined ? expected.schema : undefined;
  return decode(inWrittenOrder(patched, original, { schema, verbatim: patch.verbatim })).strictErrors;
}

/** The first in the order of the text. */
function problemInOrder(
  error: DecodeError,
  patch: Patch,
  patched: JsonValue,
  original: JsonObject,
  target: PatchTarget,
  decode: Decode,
): string {
  try {
    strayInOrder(patch, patched, original, target, decode);
  } catch (other) {
    if (other instanceof DecodeError) return other.message;
    throw other;
  }
  return error.message;
}

function reportStray(
  errors: readonly string[],
  { ctx, query }: PatchTarget,
  refuse: (problem: string) => StatusError,
): void {
  if (errors.length === 0 || query.fieldValidation === 'Ignore') return;
  if (query.fieldValidation === 'Strict') throw refuse(`strict decoding error: ${errors.join(', ')}`);
  for (const text of errors) addWarning(ctx, text);
}

/** Decoding goes by what the document says it is, and fails on the way from there to what it must be. */
function kindProblem(patched: JsonValue, { expected, schemas }: PatchTarget): string | undefined {
  if (!isJsonObject(patched)) return undefined;
  const kind = typeof patched.kind === 'string' && patched.kind !== '' ? patched.kind : expected.kind;
  const apiVersion =
    typeof patched.apiVersion === 'string' && patched.apiVersion !== '' ? patched.apiVersion : expected.apiVersion;
  if (kind === expected.kind && apiVersion === expected.apiVersion) return undefined;
  try {
    const { group, version } = parseGroupVersion(apiVersion);
    const schema = schemas.forKind(group, version, kind);
    if (schema === undefined) return `no kind ${goQuote(kind)} is registered for version "${apiVersion}" ${schemeName}`;
    decodeObject(schema, structuredCopy(patched), { strict: false });
    return `converting (${version}.${kind}) to (${internalPackage(expected.group)}.${expected.kind}): unknown conversion`;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

/** Without a version it is read as something else, which knows of its fields nothing but the kind. */
function newNameless(patched: JsonObject, target: PatchTarget, refuse: (problem: string) => StatusError): StatusError {
  const fields = Object.keys(patched).filter((name) => name !== 'kind' && name !== 'apiVersion');
  const stray = fields.sort().map((name) => `unknown field "${name}"`);
  reportStray(stray, target, refuse);
  const { name } = target.ctx.state.info;
  return newBadRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
}

/** Upstream's error of no kind at all. */
function newInvalidPatch(subject: string, problem: string): StatusError {
  const { type, field, message }: FieldError = invalid('patch', subject, problem);
  return failure({
    code: 422,
    reason: 'Invalid',
    message: ` "" is invalid: ${field}: ${message}`,
    details: { causes: [{ reason: type, message, field }] },
  });
}

/** Patches share what they leave alone with the original, and decoding uses its input up. */
export function structuredCopy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key in value) {
    const item = value[key];
    if (item === undefined) continue;
    if (key === '__proto__') {
      Object.defineProperty(copy, key, {
        value: structuredCopy(item),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } else copy[key] = structuredCopy(item);
  }
  return copy;
}
