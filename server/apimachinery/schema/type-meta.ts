/** Which kind a body says it is: read before anything else, since it decides the type to decode as. */
import { isJsonObject, type JsonValue } from '../json.ts';
import { DecodeError } from './decode-error.ts';
import { type JsonDocument, parseJson } from './decode-json.ts';

export interface TypeMeta {
  /** Empty where the body does not say. */
  readonly kind: string;
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
}

const PREFIX = "couldn't get version/kind; json parse error: ";
/** Go prints the anonymous struct that upstream reads into. */
const GO_TYPE = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

/**
 * Parses a body as far as upstream does to learn its kind. Throws DecodeError with upstream's whole message, for syntax errors
 * too, since this is where upstream meets them first.
 */
export function parseWithTypeMeta(bytes: Uint8Array): { readonly document: JsonDocument; readonly typeMeta: TypeMeta } {
  let document: JsonDocument;
  try {
    document = parseJson(bytes);
  } catch (error) {
    throw error instanceof DecodeError ? new DecodeError(`${PREFIX}${error.message}`) : error;
  }
  return { document, typeMeta: typeMetaOf(document.value) };
}

/** Upstream matches the two names without regard to case here, and only here; the last one counts. */
export function typeMetaOf(value: JsonValue): TypeMeta {
  let kind = '';
  let apiVersion = '';
  let failure: DecodeError | undefined;
  if (isJsonObject(value)) {
    for (const key in value) {
      const isKind = key === 'kind' || (key.length === 4 && key.toLowerCase() === 'kind');
      if (!isKind && key !== 'apiVersion' && (key.length !== 10 || key.toLowerCase() !== 'apiversion')) continue;
      const item = value[key];
      if (item === null) continue;
      if (typeof item !== 'string') {
        const field = `struct field .${isKind ? 'kind' : 'apiVersion'}`;
        failure ??= new DecodeError(
          `${PREFIX}json: cannot unmarshal ${typeName(item)} into Go ${field} of type string`,
        );
      } else if (isKind) kind = item;
      else apiVersion = item;
    }
  } else if (value !== null) {
    failure = new DecodeError(`${PREFIX}json: cannot unmarshal ${typeName(value)} into Go value of type ${GO_TYPE}`);
  }
  if (failure !== undefined) throw failure;
  return { kind, apiVersion, ...parseGroupVersion(apiVersion) };
}

/** "v1" or "apps/v1"; throws DecodeError for more than one slash. */
export function parseGroupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  if (apiVersion === '' || apiVersion === '/') return { group: '', version: '' };
  const parts = apiVersion.split('/');
  if (parts.length > 2) throw new DecodeError(`unexpected GroupVersion string: ${apiVersion}`);
  return parts.length === 1 ? { group: '', version: apiVersion } : { group: parts[0] ?? '', version: parts[1] ?? '' };
}

function typeName(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
