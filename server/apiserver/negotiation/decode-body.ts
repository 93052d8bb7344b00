/** Request bodies to objects: JSON, YAML or protobuf, with the kind check and the field validation that writes ask for. */
import { newBadRequest, newUnsupportedMediaType } from '../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { decodeDocument, decodeObject, decodeUntyped } from '../../apimachinery/schema/decode-json.ts';
import { decodeProtobuf } from '../../apimachinery/schema/protobuf/decode-protobuf.ts';
import { unwrapUnknown } from '../../apimachinery/schema/protobuf/envelope.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import {
  parseGroupVersion,
  parseWithTypeMeta,
  type TypeMeta,
  typeMetaOf,
} from '../../apimachinery/schema/type-meta.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import { YamlError } from '../../apimachinery/yaml/yaml-error.ts';
import { internalPackage } from './go-names.ts';
import { withEmptyManagers } from './empty-managers.ts';
import { isRetiredKind } from './retired-kinds.ts';
import { mediaJson, mediaProtobuf, mediaYaml, objectMediaTypes } from './media-types.ts';
import { requireKind, type UntypedKind, untypedObject } from './untyped-body.ts';
import { goQuote } from '../../apimachinery/errors/field-error.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** The kind that an endpoint expects. */
export interface ExpectedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly schema: StructSchema;
  /** An older apiVersion of the same shape that is taken too. */
  readonly formerApiVersion?: string;
  /** Set for custom resources: their objects are not decoded by `schema`. */
  readonly untyped?: UntypedKind | undefined;
}

export interface DecodedBody {
  readonly object: KubeObject;
  readonly strictErrors: readonly string[];
  /** Keys that a YAML body has twice: one error for upstream, with a line each. */
  readonly duplicates?: readonly string[];
}

/** How upstream names the place where it looks kinds up; part of its messages. */
export const schemeName = 'in scheme "pkg/runtime/scheme.go:111"';
/** Bytes of a body that are repeated in a message. */
const summaryBytes = 30;
const openingBrace = 0x7b;

export function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined || contentType === '') return mediaJson;
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

interface Parsed {
  readonly typeMeta: TypeMeta;
  decode(): DecodedBody;
}

/** @throws StatusError 400 in upstream's wording, 415 for other media types. */
export function decodeBody(
  body: Buffer,
  contentType: string | undefined,
  expected: ExpectedKind,
  options: { readonly strict: boolean; readonly schemas: SchemaRegistry },
): DecodedBody {
  let parsed: Parsed;
  try {
    const mediaType = mediaTypeOf(contentType);
    parsed =
      expected.untyped === undefined
        ? parse(body, mediaType, expected.schema, options.strict)
        : parseUntyped(body, mediaType, expected, options.strict);
  } catch (error) {
    if (!(error instanceof DecodeError) && !(error instanceof YamlError)) throw error;
    const what = `the object provided is unrecognized (must be of type ${expected.kind})`;
    throw newBadRequest(`${what}: ${error.message} (${summary(body)})`);
  }
  if (expected.untyped === undefined) checkKind(parsed.typeMeta, expected, options.schemas);
  try {
    const decoded = parsed.decode();
    decoded.object.kind = expected.kind;
    decoded.object.apiVersion = expected.apiVersion;
    return decoded;
  } catch (error) {
    if (error instanceof DecodeError) throw notHandled(expected, error.message);
    throw error;
  }
}

function parse(body: Buffer, mediaType: string, schema: StructSchema, strict: boolean): Parsed {
  if (mediaType === mediaJson) {
    const { document, typeMeta } = parseWithTypeMeta(body);
    const decode = () => decodeDocument(schema, document, { strict }) as DecodedBody;
    return { typeMeta, decode: () => withEmptyManagers(document.value, decode) };
  }
  // YAML that is JSON takes the fast way: the YAML parser needs more than a second for a megabyte.
  if (mediaType === mediaYaml && body[0] === 0x7b) {
    try {
      return parse(body, mediaJson, schema, strict);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  if (mediaType === mediaYaml) {
    const { value, duplicates } = decodeYaml(body.toString());
    return {
      typeMeta: typeMetaOf(value),
      decode: () => {
        const decoded = withEmptyManagers(value, () => decodeObject(schema, value, { strict }) as DecodedBody);
        return duplicates.length === 0 ? decoded : { ...decoded, duplicates };
      },
    };
  }
  if (mediaType === mediaProtobuf) {
    const { kind, apiVersion, raw } = unwrapUnknown(body);
    const typeMeta = { kind, apiVersion, ...parseGroupVersion(apiVersion) };
    return {
      typeMeta,
      decode: () => ({ object: decodeProtobuf(schema, raw, typeMeta) as KubeObject, strictErrors: [] }),
    };
  }
  throw newUnsupportedMediaType(objectMediaTypes);
}

function parseUntyped(body: Buffer, mediaType: string, expected: ExpectedKind, strict: boolean): Parsed {
  const { untyped } = expected;
  if (untyped === undefined) throw new TypeError('the kind is a type');
  const text = () => body.toString();
  if (mediaType === mediaJson) {
    const { document, typeMeta } = parseWithTypeMeta(body);
    requireKind(typeMeta, text);
    return {
      typeMeta,
      decode: () => {
        const { value, strictErrors } = decodeUntyped(document, { strict });
        const decoded = withEmptyManagers(value, () => untypedObject(untyped, value, expected, { strict }));
        return { object: decoded.object, strictErrors: [...strictErrors, ...decoded.strictErrors] };
      },
    };
  }
  if (mediaType === mediaYaml) {
    const { value, duplicates } = decodeYaml(text());
    const typeMeta = typeMetaOf(value);
    requireKind(typeMeta, text);
    return { typeMeta, decode: () => ({ ...untypedObject(untyped, value, expected, { strict }), duplicates }) };
  }
  // Upstream breaks off the connection where it is protobuf, and names that for everything else.
  throw newUnsupportedMediaType(mediaType === mediaProtobuf ? [mediaJson, mediaYaml] : objectMediaTypes);
}

/** A body may leave out kind and apiVersion; what it says must fit the endpoint. */
function checkKind(typeMeta: TypeMeta, expected: ExpectedKind, schemas: SchemaRegistry): void {
  const kind = typeMeta.kind === '' ? expected.kind : typeMeta.kind;
  const apiVersion = typeMeta.apiVersion === '' ? expected.apiVersion : typeMeta.apiVersion;
  if (kind === expected.kind && (apiVersion === expected.apiVersion || apiVersion === expected.formerApiVersion))
    return;
  const { group, version } = typeMeta.apiVersion === '' ? expected : typeMeta;
  const what = `${kind} in version "${version}" cannot be handled as a ${expected.kind}`;
  if (schemas.forKind(group, version, kind) === undefined && !isRetiredKind(apiVersion, kind)) {
    throw newBadRequest(`${what}: no kind ${goQuote(kind)} is registered for version "${apiVersion}" ${schemeName}`);
  }
  if (kind === expected.kind) {
    throw newBadRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected.apiVersion})`,
    );
  }
  const internal = internalPackage(expected.group);
  throw newBadRequest(`${what}: converting (${version}.${kind}) to (${internal}.${expected.kind}): unknown conversion`);
}

/** 400 for a body of the right kind that is no object of it. */
export function notHandled(expected: ExpectedKind, detail: string): Error {
  return newBadRequest(
    `${expected.kind} in version "${expected.version}" cannot be handled as a ${expected.kind}: ${detail}`,
  );
}

function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const head = body.subarray(0, summaryBytes);
  return head.toString(body[0] === openingBrace ? 'utf8' : 'hex') + (body.length > summaryBytes ? ' ...' : '');
}

/** Applies ?fieldValidation=. @throws StatusError 400 for Strict. */
export function reportStrictErrors(
  { strictErrors, duplicates = [] }: Pick<DecodedBody, 'strictErrors' | 'duplicates'>,
  validation: FieldValidation,
  expected: ExpectedKind,
  warn: (text: string) => void,
): void {
  if (validation === 'Ignore' || (strictErrors.length === 0 && duplicates.length === 0)) return;
  if (validation === 'Warn') {
    for (const text of duplicates) warn(text);
    for (const text of strictErrors) warn(text);
    return;
  }
  const lines = duplicates.map((text) => `\n  ${text}`).join('');
  const all = duplicates.length === 0 ? strictErrors : [`yaml: unmarshal errors:${lines}`, ...strictErrors];
  throw notHandled(expected, `strict decoding error: ${all.join(', ')}`);
}
