/** Bodies of kinds that are no Go types: read as JSON, then brought into form by whoever serves the kind. */
import { type FieldError, invalid } from '../../apimachinery/errors/field-error.ts';
import { newBadRequest, newInvalid } from '../../apimachinery/errors/status-error.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { parseGroupVersion, type TypeMeta } from '../../apimachinery/schema/type-meta.ts';

export interface UntypedKind {
  /**
   * Brings an object into form, in place: unknown fields go, metadata is that of any object. Returns `unknown field "spec.x"`
   * for what went, in upstream's order; with strict false it may be empty. Nulls that the schema does not take go too, unless they
   * are kept.
   * @throws DecodeError
   */
  coerce(object: JsonObject, options: { readonly strict: boolean; readonly keepsNulls: boolean }): readonly string[];
}

/** What a document must be called. */
interface Named {
  readonly group: string;
  readonly kind: string;
  readonly apiVersion: string;
}

/** @throws DecodeError: an object without a kind is none. */
export function requireKind({ kind }: TypeMeta, text: () => string): void {
  if (kind === '') throw new DecodeError(`Object 'Kind' is missing in '${text()}'`);
}

export interface UntypedOptions {
  readonly strict: boolean;
  readonly isPatched?: boolean;
  /** Validation then refuses them: what is applied is not read as other bodies are. */
  readonly keepsNulls?: boolean;
}

/** Uses the value up. @throws StatusError for another kind or version, DecodeError for what is no object */
export function untypedObject(
  untyped: UntypedKind,
  value: JsonValue,
  expected: Named,
  { strict, isPatched = false, keepsNulls = false }: UntypedOptions,
): { readonly object: KubeObject; readonly strictErrors: readonly string[] } {
  if (!isJsonObject(value))
    throw new DecodeError('json: cannot unmarshal into Go value of type map[string]interface {}');
  const { kind, apiVersion } = value;
  const problems: FieldError[] = [];
  if (kind !== expected.kind) problems.push(invalid('kind', asText(kind), `must be ${expected.kind}`));
  if (apiVersion !== expected.apiVersion) {
    const given = asText(apiVersion);
    parseGroupVersion(given);
    if (!isPatched) {
      throw newBadRequest(
        `the API version in the data (${given}) does not match the expected API version (${expected.apiVersion})`,
      );
    }
    problems.push(invalid('apiVersion', given, `must be ${expected.apiVersion}`));
  }
  if (problems.length > 0) {
    const name = asText(asObject(value.metadata).name);
    throw newInvalid({ group: expected.group, kind: asText(kind) }, name, problems);
  }
  const strictErrors = untyped.coerce(value, { strict, keepsNulls });
  return { object: value as KubeObject, strictErrors };
}
