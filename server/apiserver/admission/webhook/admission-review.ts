/** The review that a webhook is sent, and its answer: read as strictly as upstream reads it, and refused in upstream's words. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import type { Status } from '../../../apimachinery/errors/status-error.ts';
import {
  asBoolean,
  asNumber,
  asObject,
  asText,
  asTextEntries,
  asTexts,
  isSet,
} from '../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { DecodeError } from '../../../apimachinery/schema/decode-error.ts';
import { decodeDocument, decodeObject } from '../../../apimachinery/schema/decode-json.ts';
import { parseWithTypeMeta, typeMetaOf } from '../../../apimachinery/schema/type-meta.ts';
import { decodeYaml } from '../../../apimachinery/yaml/decode-yaml.ts';
import { YamlError } from '../../../apimachinery/yaml/yaml-error.ts';
import { schemeName } from '../../negotiation/decode-body.ts';
import type { RemoteAnswer } from '../../remote/https-exchange.ts';
import { refusalOf } from '../../remote/server-response.ts';
import { admissionRequest } from '../matching/admission-request.ts';
import type { VersionedRequest } from '../matching/versioned-request.ts';
import { reviewSchema } from './review-types.ts';

const GROUP = 'admission.k8s.io';
const KIND = 'AdmissionReview';

/** Versions that this server speaks. */
export type ReviewVersion = 'v1' | 'v1beta1';

/** The first of what a webhook takes that is known. */
export function reviewVersion(versions: readonly string[]): ReviewVersion | undefined {
  return versions.find((version): version is ReviewVersion => version === 'v1' || version === 'v1beta1');
}

export function writeReview(request: VersionedRequest, uid: string, version: ReviewVersion): Buffer {
  const { dryRun, options, ...about } = admissionRequest(request);
  const { object = null, oldObject = null } = request;
  const review = { uid, ...about, object, oldObject, dryRun, options };
  return Buffer.from(JSON.stringify({ kind: KIND, apiVersion: `${GROUP}/${version}`, request: review }));
}

/** The answer is none that can be used; `code` for the metrics. */
export class ReviewProblem extends Error {
  override name = 'ReviewProblem';
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

export interface ReviewResponse {
  readonly allowed: boolean;
  readonly status: JsonObject | undefined;
  /** Bytes of a JSON patch; empty: none. */
  readonly patch: Buffer;
  readonly patchType: string;
  readonly auditAnnotations: readonly (readonly [string, string])[];
  readonly warnings: readonly string[];
}

const UNAVAILABLE = 503;

/** @throws ReviewProblem */
export function readResponse(
  answer: RemoteAnswer,
  expected: { readonly uid: string; readonly version: ReviewVersion; readonly mutating: boolean },
): ReviewResponse {
  const review = decodeReview(answer, expected.version);
  const problem = problemOf(review, expected);
  if (problem !== undefined) throw new ReviewProblem(`received invalid webhook response: ${problem}`, UNAVAILABLE);
  const response = asObject(review.response);
  const patch = Buffer.from(expected.mutating ? asText(response.patch) : '', 'base64');
  const isPatchTyped = expected.version === 'v1' || patch.length === 0;
  return {
    allowed: asBoolean(response.allowed),
    status: isJsonObject(response.status) ? response.status : undefined,
    patch,
    patchType: isPatchTyped ? asText(response.patchType) : 'JSONPatch',
    auditAnnotations: asTextEntries(response.auditAnnotations),
    warnings: asTexts(response.warnings),
  };
}

function decodeReview({ code, headers, body }: RemoteAnswer, version: ReviewVersion): JsonObject {
  const contentType = headers['content-type'] ?? '';
  const failed = (problem: string, status = UNAVAILABLE) =>
    new ReviewProblem(`failed to call webhook: ${problem}`, status);
  if (contentType !== '' && !/^\s*[\w!#$%&'*+.^`|~-]+(\/[\w!#$%&'*+.^`|~-]+)?\s*(;|$)/.test(contentType)) {
    throw failed('Internal error occurred: mime: no media type', 500);
  }
  const refused = refusalOf(code, headers['content-type'], body);
  if (refused !== undefined) throw failed(refused, code);
  if (body.length === 0) {
    const type = contentType === '' ? 'application/json' : contentType;
    throw failed(`0-length response with status code: ${code} and content type: ${type}`);
  }
  try {
    return decodeBytes(body, version);
  } catch (error) {
    if (error instanceof DecodeError || error instanceof YamlError) throw failed(error.message);
    throw error;
  }
}

/** JSON or YAML, whatever it says that it is. */
function decodeBytes(body: Buffer, version: ReviewVersion): JsonObject {
  const isJson = /^\s*[{[]/.test(body.toString('latin1', 0, 64));
  if (isJson) {
    const { document, typeMeta } = parseWithTypeMeta(body);
    requireReview(typeMeta, version);
    return decodeDocument(reviewSchema(), document, { strict: false }).object;
  }
  const { value } = decodeYaml(body.toString());
  requireReview(typeMetaOf(value), version);
  return decodeObject(reviewSchema(), value, { strict: false }).object;
}

function requireReview(
  {
    kind,
    apiVersion,
    version: given,
  }: { readonly kind: string; readonly apiVersion: string; readonly version: string },
  version: ReviewVersion,
): void {
  const isKnown =
    apiVersion === '' || apiVersion === 'v1' || apiVersion === `${GROUP}/v1` || apiVersion === `${GROUP}/v1beta1`;
  const isStatus = kind === 'Status' && apiVersion === 'v1';
  if (kind !== '' && !isStatus && (!isKnown || apiVersion === 'v1' || kind !== KIND)) {
    throw new DecodeError(`no kind "${kind}" is registered for version "${apiVersion}" ${schemeName}`);
  }
  if (isStatus || (apiVersion !== '' && apiVersion !== `${GROUP}/${version}`)) {
    throw new DecodeError(
      `converting (${given}.${isStatus ? 'Status' : KIND}) to (${version}.${KIND}): unknown conversion`,
    );
  }
}

function problemOf(
  review: JsonObject,
  { uid, version, mutating }: { readonly uid: string; readonly version: ReviewVersion; readonly mutating: boolean },
): string | undefined {
  if (!isSet(review.response)) return 'webhook response was absent';
  // The older version was never looked at so closely.
  if (version === 'v1beta1') return undefined;
  const response = asObject(review.response);
  const given = asText(response.uid);
  if (given !== uid) return `expected response.uid=${goQuote(uid)}, got ${goQuote(given)}`;
  const { kind, apiVersion } = { kind: asText(review.kind), apiVersion: asText(review.apiVersion) };
  if (kind !== KIND || apiVersion !== `${GROUP}/v1`) {
    const shown = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
    return `expected webhook response of ${GROUP}/v1, Kind=${KIND}, got ${shown}, Kind=${kind}`;
  }
  const hasPatch = asText(response.patch) !== '';
  const hasType = isSet(response.patchType);
  if (!mutating) {
    if (hasPatch) return 'validating webhook may not return response.patch';
    return hasType ? 'validating webhook may not return response.patchType' : undefined;
  }
  if (hasPatch && !hasType) return 'webhook returned response.patch but not response.patchType';
  if (!hasPatch && hasType) return 'webhook returned response.patchType but not response.patch';
  if (hasType && asText(response.patchType) === '') return 'webhook returned invalid response.patchType of ""';
  return undefined;
}

/** What a webhook that does not allow a request gives as its status. */
export function deniedStatus(webhookName: string, status: JsonObject | undefined): Status {
  const denied = `admission webhook ${goQuote(webhookName)} denied the request`;
  const { message, reason, details, code } = asObject(status);
  const why = asText(message) === '' ? asText(reason) : asText(message);
  const outcome = asText(asObject(status).status);
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: (outcome === '' || outcome === 'Success' ? 'Failure' : outcome) as Status['status'],
    message: why === '' ? `${denied} without explanation` : `${denied}: ${why}`,
    ...(asText(reason) === '' ? {} : { reason: asText(reason) }),
    ...(isJsonObject(details) ? { details } : {}),
    code: Math.max(asNumber(code), 400),
  };
}
