/** PATCH: JSON patch, merge patch and strategic merge patch on the object as the client's version shows it. */
import { newBadRequest, newUnsupportedPatchType } from '../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { decodeJsonPatch } from '../../apimachinery/patch/decode-json-patch.ts';
import { applyJsonPatch } from '../../apimachinery/patch/json-patch.ts';
import { applyMergePatch, decodeMergePatch } from '../../apimachinery/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../apimachinery/patch/strategic-merge.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { decodeObject, parseJson } from '../../apimachinery/schema/decode-json.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { mediaTypeOf, reportStrictErrors } from '../negotiation/decode-body.ts';
import { readBody } from '../negotiation/read-body.ts';
import { toRequestVersion } from '../registry/resource-scope.ts';
import { addWarning, type ApiContext } from '../request-context.ts';
import { answerObject, negotiateObject } from './answer.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { parseWriteQuery, type WriteQuery } from './request-options.ts';
import { subresourceOf, takeOnlyHalf } from './status-half.ts';
import { admissionAttributes, toStored, writeOptions, type WriteParts } from './write-object.ts';

/** Patched JSON before it is read as its type again. */
export type ApplyPatch = (original: JsonObject) => JsonValue;

/** @throws StatusError 415, 400, 413 before anything is looked up. */
export function readPatch(ctx: ApiContext, body: Buffer, schema: StructSchema, query: WriteQuery): ApplyPatch {
  const type = mediaTypeOf(ctx.req.headers['content-type'] ?? 'none');
  const lenient = query.fieldValidation === 'Ignore';
  switch (type) {
    case 'application/json-patch+json': {
      const { operations, strictErrors } = decodeJsonPatch(parsePatch(body), { lenient });
      reportPatchErrors(ctx, strictErrors, query);
      return (original) => applyJsonPatch(original, operations);
    }
    case 'application/merge-patch+json': {
      const patch = decodeMergePatch(parsePatch(body), { lenient });
      return (original) => applyMergePatch(original, patch);
    }
    case 'application/strategic-merge-patch+json': {
      const patch = parsePatch(body);
      if (!isJsonObject(patch)) throw newBadRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
      return (original) => applyStrategicMergePatch(original, patch, schema);
    }
    default:
      throw newUnsupportedPatchType();
  }
}

function parsePatch(body: Buffer): JsonValue {
  try {
    return parseJson(body).value;
  } catch (error) {
    if (error instanceof DecodeError) throw newBadRequest(`error decoding patch: ${error.message}`);
    throw error;
  }
}

function reportPatchErrors(ctx: ApiContext, strictErrors: readonly string[], query: WriteQuery): void {
  if (strictErrors.length === 0) return;
  if (query.fieldValidation === 'Strict') throw newBadRequest(`strict decoding error: ${strictErrors.join(', ')}`);
  for (const text of strictErrors) addWarning(ctx, text);
}

export const handlePatch: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, environment);
  const query = parseWriteQuery(ctx, 'PatchOptions');
  const subresource = subresourceOf(ctx, scope);
  const apply = readPatch(ctx, await readBody(ctx), scope.schema, query);
  const parts: WriteParts = { ctx, scope, environment, operation: 'UPDATE', dryRun: query.dryRun };
  const updated = await scope.store.update(
    ctx.state.info.name,
    async (old) => {
      if (old === undefined) throw new TypeError('a patch never creates');
      const patched = apply(toRequestVersion(scope, old));
      const object = toStored(scope, decodePatched(ctx, patched, scope.expected, query));
      if (subresource !== undefined) takeOnlyHalf(object, old, subresource);
      await environment.admission.mutate(admissionAttributes(parts, object, old));
      return object;
    },
    { ...writeOptions(parts), strategy: subresource?.strategy, allowCreate: false, isPatch: true },
  );
  await answerObject(ctx, scope, options, { status: 200, source: updated });
};

/** The patched JSON as its type; what the schema does not know is reported as for any body. */
export function decodePatched(
  ctx: ApiContext,
  patched: JsonValue,
  expected: { readonly group: string; readonly version: string; readonly kind: string; readonly apiVersion: string; readonly schema: StructSchema },
  query: WriteQuery,
): KubeObject {
  try {
    const { object, strictErrors } = decodeObject(expected.schema, structuredCopy(patched), { strict: query.fieldValidation !== 'Ignore' });
    reportStrictErrors(strictErrors, query.fieldValidation, expected, (text) => addWarning(ctx, text));
    const kind = object as KubeObject;
    kind.kind = expected.kind;
    kind.apiVersion = expected.apiVersion;
    return kind;
  } catch (error) {
    if (error instanceof DecodeError) throw newBadRequest(error.message);
    throw error;
  }
}

/** Patches share what they leave alone with the original, and decoding uses its input up. */
function structuredCopy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key in value) {
    const item = value[key];
    if (item === undefined) continue;
    if (key === '__proto__') Object.defineProperty(copy, key, { value: structuredCopy(item), enumerable: true, writable: true, configurable: true });
    else copy[key] = structuredCopy(item);
  }
  return copy;
}
