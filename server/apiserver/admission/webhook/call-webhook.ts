/** Whether a webhook is for a request, and one call of it: its answer, or why there is none, in upstream's words. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import {
  newBadRequest,
  newForbidden,
  newInternalError,
  StatusError,
} from '../../../apimachinery/errors/status-error.ts';
import { isLabelKey } from '../../../apimachinery/validation/labels.ts';
import type { RemoteAnswer } from '../../remote/https-exchange.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { AskedDecisions } from '../expressions/asked-decisions.ts';
import { matchRules } from '../matching/invocation.ts';
import type { SeenVersion } from '../matching/seen-version.ts';
import { matchesNamespace, matchesObject } from '../matching/selectors.ts';
import type { VersionedRequest } from '../matching/versioned-request.ts';
import {
  deniedStatus,
  readResponse,
  ReviewProblem,
  type ReviewResponse,
  reviewVersion,
  writeReview,
} from './admission-review.ts';
import type { Webhook } from './webhook.ts';
import type { WebhookParts } from './webhook-parts.ts';

export type WebhookType = 'admit' | 'validating';

/** Nothing came of a call; the webhook's failure policy decides what that means. */
export class WebhookFailure extends Error {
  override name = 'WebhookFailure';
  readonly code: number;
  constructor(webhookName: string, problem: string, code: number) {
    super(`failed calling webhook ${goQuote(webhookName)}: ${problem}`);
    this.code = code;
  }
}

export interface Matching {
  readonly parts: WebhookParts;
  readonly type: WebhookType;
  readonly attributes: AdmissionAttributes;
  readonly decisions: AskedDecisions;
}

/** In which version the webhook wants to see the request; undefined: not at all. @throws StatusError */
export async function matchWebhook(
  hook: Webhook,
  { parts, type, attributes, decisions }: Matching,
  current: Pick<VersionedRequest, 'object' | 'oldObject'>,
  request: (seen: SeenVersion) => Promise<VersionedRequest>,
): Promise<SeenVersion | undefined> {
  const seen = matchRules(hook, attributes, parts.versions);
  if (seen === undefined || !matchesObject(hook.objectSelector, current.object, current.oldObject)) return undefined;
  const isInNamespace = matchesNamespace(hook.namespaceSelector, attributes, parts.objects);
  if (isInNamespace instanceof Promise ? !(await isInNamespace) : !isInNamespace) return undefined;
  if (hook.conditions.isEmpty) return seen;
  const { clock, metrics } = parts;
  const began = clock.monotonic();
  const labels = { name: hook.name, kind: 'webhook', type, operation: attributes.operation };
  const input = { request: await request(seen), params: undefined, namespace: undefined, variables: noVariables };
  const result = await decisions.settle(() => hook.conditions.match({ ...input, ask: decisions.ask }));
  metrics.conditionsEvaluated(labels, (clock.monotonic() - began) / 1000, result);
  if (result.error !== undefined) {
    throw newForbidden(attributes.scope.groupResource, attributes.name, result.error);
  }
  return result.matches ? seen : undefined;
}

const noVariables = new Map<string, never>();

/** @throws WebhookFailure, StatusError where the request may not go on whatever the failure policy says */
export async function callWebhook(
  hook: Webhook,
  request: VersionedRequest,
  { parts, mutating }: { readonly parts: WebhookParts; readonly mutating: boolean },
): Promise<ReviewResponse> {
  const { attributes } = request;
  if (attributes.dryRun && hook.hasSideEffects) {
    throw newBadRequest(`admission webhook ${goQuote(hook.name)} does not support dry run`);
  }
  const version = reviewVersion(hook.reviewVersions);
  if (version === undefined) {
    const problem = 'webhook does not accept known AdmissionReview versions (v1, v1beta1)';
    throw new WebhookFailure(hook.name, `could not create admission objects: ${problem}`, 400);
  }
  const { authority } = hook.target.tls;
  if (authority !== undefined && !authority.includes('-----BEGIN CERTIFICATE-----')) {
    const problem = 'unable to load root certificates: unable to parse bytes as PEM block';
    throw new WebhookFailure(hook.name, `could not get REST client: ${problem}`, 500);
  }
  const uid = parts.random.uuid();
  try {
    const answer = await answerOf(hook, writeReview(request, uid, version), parts);
    const response = readResponse(answer, { uid, version, mutating });
    for (const [key, value] of response.auditAnnotations) {
      const full = `${hook.name}/${key}`;
      if (isLabelKey(full).length === 0) attributes.annotate(full, value);
    }
    for (const text of response.warnings) attributes.warn(text);
    return response;
  } catch (error) {
    if (error instanceof ReviewProblem) throw new WebhookFailure(hook.name, error.message, error.code);
    throw error;
  }
}

/** @throws WebhookFailure */
async function answerOf(hook: Webhook, review: Buffer, { client, logins }: WebhookParts): Promise<RemoteAnswer> {
  const { timeoutSeconds } = hook;
  try {
    const query = { timeout: `${timeoutSeconds}s` };
    const { target } = hook;
    const login = logins(target);
    if (login === undefined) return await client.call(target, review, { timeout: timeoutSeconds * 1000, query });
    const { headers, certificate, key } = login;
    const known = { ...target, tls: { ...target.tls, certificate, key } };
    return await client.call(known, review, { timeout: timeoutSeconds * 1000, query, headers });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new WebhookFailure(hook.name, `failed to call webhook: ${problem}`, 503);
  }
}

export function denial(hook: Webhook, { status }: ReviewResponse): StatusError {
  return new StatusError(deniedStatus(hook.name, status));
}

/** How a call ended that the request does not survive. */
export function failedClosed(failure: WebhookFailure): StatusError {
  return newInternalError(failure);
}
