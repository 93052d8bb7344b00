/** What a mutating webhook wants changed, applied to the object in the version that it was shown. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { newInternalError, StatusError } from '../../../apimachinery/errors/status-error.ts';
import { jsonEquals } from '../../../apimachinery/json-equals.ts';
import { isJsonObject, type JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { decodeJsonPatch } from '../../../apimachinery/patch/decode-json-patch.ts';
import { OperationFailed, runJsonPatch } from '../../../apimachinery/patch/json-patch.ts';
import { DecodeError } from '../../../apimachinery/schema/decode-error.ts';
import { parseJson } from '../../../apimachinery/schema/decode-json.ts';
import { typeMetaOf } from '../../../apimachinery/schema/type-meta.ts';
import { structuredCopy } from '../../handlers/patched-object.ts';
import { schemeName } from '../../negotiation/decode-body.ts';
import { readSeen, type SeenKinds, type VersionedRequest } from '../matching/versioned-request.ts';
import type { ReviewResponse } from './admission-review.ts';
import { WebhookFailure } from './call-webhook.ts';
import type { Webhook } from './webhook.ts';

export interface PatchedObject {
  readonly object: KubeObject;
  readonly changed: boolean;
  /** As it came. */
  readonly patch: JsonValue;
}

/** Undefined: there is no patch, or an empty one. @throws WebhookFailure, StatusError */
export function applyWebhookPatch(
  hook: Webhook,
  request: VersionedRequest,
  { patch: bytes, patchType, status }: ReviewResponse,
  kinds: SeenKinds,
): PatchedObject | undefined {
  if (bytes.length === 0) return undefined;
  const patch = readPatch(hook, bytes);
  if (Array.isArray(patch) ? patch.length === 0 : patch === null) return undefined;
  const { object } = request;
  if (object === undefined) {
    const what = `admission webhook ${goQuote(hook.name)} attempted to modify the object`;
    throw newInternalError(`${what}, which is not supported for this operation`);
  }
  if (patchType !== 'JSONPatch') {
    const code = typeof status?.code === 'number' ? status.code : 400;
    throw new WebhookFailure(hook.name, `unsupported patch type ${goQuote(patchType)}`, code);
  }
  const patched = readPatched(request, applied(object, patch), kinds);
  return { object: patched, changed: !jsonEquals(object, patched), patch };
}

function readPatch({ name }: Webhook, bytes: Buffer): JsonValue {
  const undecodable = (problem: string) =>
    new WebhookFailure(name, `received undecodable patch in webhook response: ${problem}`, 503);
  try {
    const { value } = parseJson(bytes);
    decodeJsonPatch(value, { lenient: true });
    return value;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof StatusError) throw undecodable(error.message);
    throw error;
  }
}

function applied(object: KubeObject, patch: JsonValue): JsonValue {
  try {
    return structuredCopy(runJsonPatch(object, decodeJsonPatch(patch, { lenient: true }).operations));
  } catch (error) {
    throw error instanceof OperationFailed ? newInternalError(error) : error;
  }
}

function readPatched({ seen }: VersionedRequest, patched: JsonValue, kinds: SeenKinds): KubeObject {
  try {
    const { kind, apiVersion } = typeMetaOf(patched);
    const isOther =
      (kind !== '' && kind !== seen.kind.kind) || (apiVersion !== '' && apiVersion !== apiVersionIn(seen));
    if (isOther && isJsonObject(patched)) {
      throw new DecodeError(`no kind "${kind}" is registered for version "${apiVersion}" ${schemeName}`);
    }
    return readSeen(seen, patched, kinds);
  } catch (error) {
    throw error instanceof DecodeError ? newInternalError(error) : error;
  }
}

function apiVersionIn({ kind: { group, version } }: VersionedRequest['seen']): string {
  return group === '' ? version : `${group}/${version}`;
}
