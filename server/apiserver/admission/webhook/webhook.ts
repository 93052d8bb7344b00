/** A webhook of a configuration, read once a state of it. */
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { type LabelSelector, labelSelectorToSelector } from '../../../apimachinery/labels/selector.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { type WebhookTarget, webhookTarget } from '../../remote/webhook-client.ts';
import { MatchConditions } from '../expressions/match-conditions.ts';
import { readRule, type Rule } from '../matching/rules.ts';

export interface Webhook {
  readonly name: string;
  /** Of this webhook among all. */
  readonly id: string;
  readonly configurationName: string;
  readonly rules: readonly Rule[];
  readonly matchesEquivalents: boolean;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  readonly conditions: MatchConditions;
  readonly ignoresFailure: boolean;
  readonly hasSideEffects: boolean;
  readonly timeoutSeconds: number;
  readonly reviewVersions: readonly string[];
  readonly reinvokes: boolean;
  readonly target: WebhookTarget;
}

/** Of those that say nothing, which only what was stored long ago does. */
const DEFAULT_TIMEOUT_SECONDS = 30;

export function readWebhooks(configuration: KubeObject): readonly Webhook[] {
  const configurationName = configuration.metadata.name ?? '';
  const seen = new Map<string, number>();
  return asObjects(configuration.webhooks).map((hook) => {
    const name = asText(hook.name);
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return readWebhook(hook, { name, configurationName, id: `${configurationName}/${name}/${count}` });
  });
}

function readWebhook(hook: JsonObject, names: Pick<Webhook, 'name' | 'id' | 'configurationName'>): Webhook {
  const failurePolicy = asText(hook.failurePolicy);
  const timeout = asNumber(hook.timeoutSeconds);
  return {
    ...names,
    rules: asObjects(hook.rules).map(readRule),
    matchesEquivalents: hook.matchPolicy === 'Equivalent',
    namespaceSelector: labelSelectorToSelector(hook.namespaceSelector),
    objectSelector: labelSelectorToSelector(hook.objectSelector),
    conditions: new MatchConditions(hook.matchConditions, failurePolicy, () => ({
      hasParams: false,
      hasAuthorizer: true,
    })),
    ignoresFailure: failurePolicy === 'Ignore',
    hasSideEffects: hook.sideEffects !== 'None' && hook.sideEffects !== 'NoneOnDryRun',
    timeoutSeconds: isSet(hook.timeoutSeconds) && timeout > 0 ? timeout : DEFAULT_TIMEOUT_SECONDS,
    reviewVersions: asTexts(hook.admissionReviewVersions),
    reinvokes: hook.reinvocationPolicy === 'IfNeeded',
    target: webhookTarget(asObject(hook.clientConfig)),
  };
}
