/** The review that a conversion webhook is sent, and what of its answer is believed. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../apimachinery/json.ts';
import { kindText } from '../../../apimachinery/meta/object.ts';

const group = 'apiextensions.k8s.io';
const kind = 'ConversionReview';
/** Upstream's scheme of webhook answers, as its errors name it. */
const schemeName = 'in scheme "pkg/runtime/scheme.go:111"';

export interface ConversionRequest {
  readonly uid: string;
  readonly desiredAPIVersion: string;
  readonly objects: readonly JsonObject[];
}

export type ReviewVersion = 'v1' | 'v1beta1';

/** The first one that this server speaks; undefined: none. */
export function reviewVersionOf(offered: readonly string[]): ReviewVersion | undefined {
  return offered.find((version): version is ReviewVersion => version === 'v1' || version === 'v1beta1');
}

export function newConversionReview(version: ReviewVersion, { uid, desiredAPIVersion, objects }: ConversionRequest) {
  return {
    kind,
    apiVersion: `${group}/${version}`,
    request: { uid, desiredAPIVersion, objects: [...objects] },
    // Empty, but there: as Go writes it.
    response: { uid: '', convertedObjects: null, result: { metadata: {} } },
  } satisfies JsonObject;
}

/** @throws Error that says why the answer is none to this review */
export function requireReview(answer: JsonObject, version: ReviewVersion): void {
  const [given, apiVersion] = [asText(answer.kind), asText(answer.apiVersion)];
  // What says nothing of itself is taken for what was asked for.
  if ((given === '' || given === kind) && (apiVersion === '' || apiVersion === `${group}/${version}`)) return;
  const other = version === 'v1' ? 'v1beta1' : 'v1';
  if (given === kind && apiVersion === `${group}/${other}`) {
    throw new Error(`converting (${other}.${kind}) to (${version}.${kind}): unknown conversion`);
  }
  throw new Error(`no kind ${goQuote(given)} is registered for version ${goQuote(apiVersion)} ${schemeName}`);
}

/** @throws Error that says why the answer is none, or with what the webhook says of it */
export function convertedObjectsOf(answer: JsonObject, version: ReviewVersion, uid: string): readonly JsonValue[] {
  // Answers in v1beta1 were never held to their version and uid.
  const isStrict = version === 'v1';
  if (isStrict && (answer.apiVersion !== `${group}/v1` || answer.kind !== kind)) {
    const got = kindText(asText(answer.apiVersion), asText(answer.kind));
    throw new Error(`expected webhook response of ${kindText(`${group}/v1`, kind)}, got ${got}`);
  }
  if (!isJsonObject(answer.response)) throw new Error('no response provided');
  const { response } = answer;
  if (isStrict && asText(response.uid) !== uid) {
    throw new Error(`expected response.uid=${goQuote(uid)}, got ${goQuote(asText(response.uid))}`);
  }
  const { status, message } = asObject(response.result);
  if (status !== 'Success') {
    const told = asText(message);
    throw new Error(told === '' ? `response.result.status was '${asText(status)}', not 'Success'` : told);
  }
  const { convertedObjects } = response;
  return Array.isArray(convertedObjects) && isSet(convertedObjects) ? convertedObjects : [];
}
