/** MutatingAdmissionWebhook: one webhook after the other, each sees what those before it have made of the object. */
import type { StatusError } from '../../../apimachinery/errors/status-error.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { AskedDecisions } from '../expressions/asked-decisions.ts';
import { MutatedRequest } from '../matching/mutated-request.ts';
import type { VersionedRequest } from '../matching/versioned-request.ts';
import { newReinvocation, roundOf } from '../reinvocation.ts';
import { callWebhook, denial, failedClosed, matchWebhook, WebhookFailure } from './call-webhook.ts';
import { applyWebhookPatch, type PatchedObject } from './webhook-patch.ts';
import type { Webhook } from './webhook.ts';
import { followWebhooks, isAdmissionConfiguration, type WebhookParts } from './webhook-parts.ts';

const NAME = 'MutatingAdmissionWebhook';

export function mutatingWebhooks(parts: WebhookParts): AdmissionPlugin {
  const webhooks = followWebhooks(parts.objectsOf, 'mutatingwebhookconfigurations');
  return {
    name: NAME,
    operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    mutate(attributes) {
      const all = webhooks();
      if (all.length === 0 || isAdmissionConfiguration(attributes.scope.groupResource)) return undefined;
      return askInTurn(all, attributes, parts);
    },
  };
}

async function askInTurn(all: readonly Webhook[], attributes: AdmissionAttributes, parts: WebhookParts): Promise<void> {
  const reinvocation = (attributes.reinvocation ??= newReinvocation());
  const round = roundOf(reinvocation, NAME);
  const { isReinvoked } = reinvocation;
  if (isReinvoked && round.isChangedSince(attributes.object)) round.require();
  const mutated = new MutatedRequest(attributes, parts.versions);
  const decisions = new AskedDecisions(parts.authorizer, attributes.user);
  const matching = { parts, type: 'admit' as const, attributes, decisions };
  for (const [index, hook] of all.entries()) {
    const seen = await matchWebhook(hook, matching, mutated.current(), (wanted) => mutated.as(wanted));
    if (seen === undefined || (isReinvoked && !round.runsAgain(hook.id))) continue;
    const request = await mutated.as(seen);
    const patched = await ask(hook, request, { parts, place: `round_${isReinvoked ? 1 : 0}_index_${index}` });
    if (patched !== undefined) {
      mutated.replace(patched.object);
      if (patched.changed) {
        round.require();
        reinvocation.isRequested = true;
      }
    }
    if (hook.reinvokes) round.addEligible(hook.id);
  }
  await mutated.finish();
  round.leave(attributes.object);
}

interface Asking {
  readonly parts: WebhookParts;
  /** Which call of which round it is, for the audit trail. */
  readonly place: string;
}

/** Undefined: there is nothing to change, or a failure that does not count. @throws StatusError */
async function ask(
  hook: Webhook,
  request: VersionedRequest,
  { parts, place }: Asking,
): Promise<PatchedObject | undefined> {
  const { metrics, clock } = parts;
  const { attributes } = request;
  const labels = { name: hook.name, type: 'admit', operation: attributes.operation };
  const began = clock.monotonic();
  const seconds = () => (clock.monotonic() - began) / 1000;
  let changed = false;
  try {
    const response = await callWebhook(hook, request, { parts, mutating: true });
    if (!response.allowed) throw new Denied(denial(hook, response));
    const patched = applyWebhookPatch(hook, request, response, parts);
    if (patched !== undefined) {
      changed = patched.changed;
      annotatePatch(hook, attributes, { place, patch: patched.patch });
    }
    metrics.called(labels, { seconds: seconds(), code: 200 });
    return patched;
  } catch (error) {
    return survive(error, hook, { attributes, place, parts, seconds: seconds() });
  } finally {
    attributes.took('mutating-webhook', clock.monotonic() - began);
    const { configurationName: configuration, name: webhook } = hook;
    const value = JSON.stringify({ configuration, webhook, mutated: changed });
    attributes.annotate(`mutation.webhook.admission.k8s.io/${place}`, value);
  }
}

function annotatePatch(
  { configurationName, name }: Webhook,
  attributes: AdmissionAttributes,
  { place, patch }: { readonly place: string; readonly patch: unknown },
): void {
  const value = JSON.stringify({ configuration: configurationName, webhook: name, patch, patchType: 'JSONPatch' });
  attributes.annotate(`patch.webhook.admission.k8s.io/${place}`, value, 'Request');
}

interface Failed extends Asking {
  readonly attributes: AdmissionAttributes;
  readonly seconds: number;
}

/** Undefined where the failure does not count. @throws StatusError */
function survive(error: unknown, hook: Webhook, { attributes, place, parts, seconds }: Failed): undefined {
  const { metrics } = parts;
  const labels = { name: hook.name, type: 'admit', operation: attributes.operation };
  if (error instanceof WebhookFailure && hook.ignoresFailure) {
    metrics.called(labels, { seconds, code: error.code });
    metrics.failedOpen(labels);
    attributes.annotate(`failed-open.mutation.webhook.admission.k8s.io/${place}`, hook.name);
    return undefined;
  }
  if (error instanceof WebhookFailure) {
    metrics.called(labels, { seconds, code: error.code, rejection: 'calling_webhook_error' });
    throw failedClosed(error);
  }
  if (error instanceof Denied) {
    metrics.called(labels, { seconds, code: error.refusal.status.code, rejection: 'no_error' });
    throw error.refusal;
  }
  metrics.called(labels, { seconds, code: 0, rejection: 'apiserver_internal_error' });
  throw error;
}

/** The webhook itself says no. */
class Denied extends Error {
  readonly refusal: StatusError;
  constructor(refusal: StatusError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}
