/** The body of a JSON patch, already parsed, as a list of operations. */
import { failure, newBadRequest, type StatusError } from '../errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { getKey } from './edit-object.ts';
import { jsonTypeName } from './go-value.ts';

/** Operations in one JSON patch; more are refused with 413. */
export const MAX_JSON_PATCH_OPERATIONS = 10_000;

/** Members are as the client sent them; a missing one is undefined. */
export interface JsonPatchOperation {
  readonly op: JsonValue | undefined;
  readonly path: JsonValue | undefined;
  readonly from: JsonValue | undefined;
  readonly value: JsonValue | undefined;
}

export interface DecodedJsonPatch {
  readonly operations: readonly JsonPatchOperation[];
  /** Strict decoding errors ('json patch unknown field "[0].foo"'): warnings, or with fieldValidation=Strict the end. */
  readonly strictErrors: readonly string[];
}

const textFields = ['op', 'path', 'from'] as const;
const knownFields: ReadonlySet<string> = new Set([...textFields, 'value']);

/** Throws 400 and 413 as kube-apiserver does; `lenient` is fieldValidation=Ignore, where another decoder speaks. */
export function decodeJsonPatch(body: JsonValue, options: { lenient?: boolean } = {}): DecodedJsonPatch {
  const lenient = options.lenient === true;
  if (body === null) return { operations: [], strictErrors: [] };
  if (!Array.isArray(body)) throw typeMismatch(body, lenient ? 'jsonpatch.Patch' : '[]handlers.jsonPatchOp', lenient);
  const strictErrors: string[] = [];
  const operations = body.map((entry, index) => {
    if (entry === null) return decodeOperation({});
    if (!isJsonObject(entry)) {
      throw typeMismatch(entry, lenient ? 'jsonpatch.Operation' : 'handlers.jsonPatchOp', lenient);
    }
    if (!lenient) checkOperation(entry, index, strictErrors);
    return decodeOperation(entry);
  });
  if (operations.length > MAX_JSON_PATCH_OPERATIONS) throw tooManyOperations(operations.length);
  return { operations, strictErrors };
}

function decodeOperation(entry: JsonObject): JsonPatchOperation {
  return {
    op: getKey(entry, 'op'),
    path: getKey(entry, 'path'),
    from: getKey(entry, 'from'),
    value: getKey(entry, 'value'),
  };
}

function checkOperation(entry: JsonObject, index: number, strictErrors: string[]): void {
  for (const field of textFields) {
    const value = getKey(entry, field);
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw newBadRequest(
        `error decoding patch: json: cannot unmarshal ${jsonTypeName(value)} into Go struct field jsonPatchOp.${field} of type string`,
      );
    }
  }
  for (const key of Object.keys(entry)) {
    if (!knownFields.has(key)) strictErrors.push(`json patch unknown field "[${index}].${key}"`);
  }
}

function typeMismatch(value: JsonValue, goType: string, lenient: boolean): StatusError {
  const message = `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${goType}`;
  return newBadRequest(lenient ? message : `error decoding patch: ${message}`);
}

function tooManyOperations(count: number): StatusError {
  return failure({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_JSON_PATCH_OPERATIONS}, got ${count}`,
  });
}
