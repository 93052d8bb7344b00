/** ValidatingAdmissionWebhook: all webhooks that are for a request are asked side by side, and each must allow it. */
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { AskedDecisions } from '../expressions/asked-decisions.ts';
import { kindKey, type SeenVersion } from '../matching/seen-version.ts';
import { admittedObject, type VersionedRequest, versionedRequest } from '../matching/versioned-request.ts';
import { callWebhook, denial, failedClosed, matchWebhook, WebhookFailure } from './call-webhook.ts';
import type { Webhook } from './webhook.ts';
import { followWebhooks, isAdmissionConfiguration, type WebhookParts } from './webhook-parts.ts';

interface Invocation {
  readonly hook: Webhook;
  readonly request: VersionedRequest;
  readonly index: number;
}

export function validatingWebhooks(parts: WebhookParts): AdmissionPlugin {
  const webhooks = followWebhooks(parts.objectsOf, 'validatingwebhookconfigurations');
  return {
    name: 'ValidatingAdmissionWebhook',
    validate(attributes) {
      const all = webhooks();
      if (all.length === 0 || isAdmissionConfiguration(attributes.scope.groupResource)) return undefined;
      return askAll(all, attributes, parts);
    },
  };
}

async function askAll(all: readonly Webhook[], attributes: AdmissionAttributes, parts: WebhookParts): Promise<void> {
  const invocations = await invocationsOf(all, attributes, parts);
  const began = parts.clock.monotonic();
  const outcomes = await Promise.all(invocations.map((invocation) => ask(invocation, parts)));
  if (invocations.length > 0) attributes.took('validating-webhook', parts.clock.monotonic() - began);
  const refusal = outcomes.find((outcome) => outcome !== undefined);
  if (refusal !== undefined) throw refusal;
}

async function invocationsOf(
  all: readonly Webhook[],
  attributes: AdmissionAttributes,
  parts: WebhookParts,
): Promise<Invocation[]> {
  const own = parts.versions.own(attributes.scope, attributes.subresource);
  const made = new Map<string, Promise<VersionedRequest>>();
  const request = async (seen: SeenVersion): Promise<VersionedRequest> => {
    const key = kindKey(seen.kind);
    let known = made.get(key);
    if (known === undefined) made.set(key, (known = versionedRequest(attributes, own, seen)));
    return { ...(await known), seen };
  };
  const current = { object: admittedObject(attributes), oldObject: attributes.old };
  const decisions = new AskedDecisions(parts.authorizer, attributes.user);
  const matching = { parts, type: 'validating' as const, attributes, decisions };
  const invocations: Invocation[] = [];
  for (const hook of all) {
    const seen = await matchWebhook(hook, matching, current, request);
    if (seen !== undefined) invocations.push({ hook, request: await request(seen), index: invocations.length });
  }
  return invocations;
}

/** Why the request is refused; undefined: it is not. Never rejects, so that all are heard. */
async function ask({ hook, request, index }: Invocation, parts: WebhookParts): Promise<Error | undefined> {
  const { metrics, clock } = parts;
  const { attributes } = request;
  const labels = { name: hook.name, type: 'validating', operation: attributes.operation };
  const began = clock.monotonic();
  const seconds = () => (clock.monotonic() - began) / 1000;
  try {
    const response = await callWebhook(hook, request, { parts, mutating: false });
    if (response.allowed) {
      metrics.called(labels, { seconds: seconds(), code: 200 });
      return undefined;
    }
    const refusal = denial(hook, response);
    metrics.called(labels, { seconds: seconds(), code: refusal.status.code, rejection: 'no_error' });
    return refusal;
  } catch (error) {
    if (error instanceof WebhookFailure && hook.ignoresFailure) {
      metrics.called(labels, { seconds: seconds(), code: error.code });
      metrics.failedOpen(labels);
      attributes.annotate(`failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`, hook.name);
      return undefined;
    }
    if (error instanceof WebhookFailure) {
      metrics.called(labels, { seconds: seconds(), code: error.code, rejection: 'calling_webhook_error' });
      return failedClosed(error);
    }
    metrics.called(labels, { seconds: seconds(), code: 0, rejection: 'apiserver_internal_error' });
    return error instanceof Error ? error : new Error(String(error));
  }
}
