/** Webhook: another server decides, by SubjectAccessReviews; where it cannot be asked nothing is allowed through it. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { asText } from '../../apimachinery/json-access.ts';
import { REMEMBERED_ATTRIBUTE_CHARACTERS } from '../remote/limits.ts';
import type { ReviewWebhook } from '../remote/review-webhook.ts';
import type { AuthorizationMetrics } from './authorization-metrics.ts';
import type { MatchConditions } from './match-conditions.ts';
import {
  type AuthorizationAttributes,
  type AuthorizationResult,
  type Authorizer,
  noOpinion,
  type RuleResolver,
} from './authorizer.ts';

export interface WebhookAuthorizerOptions {
  readonly name: string;
  readonly webhook: ReviewWebhook;
  /** "v1" or "v1beta1", of authorization.k8s.io. */
  readonly version: string;
  /** Milliseconds for which an answer counts. */
  readonly allowedFor: number;
  readonly refusedFor: number;
  /** What it is asked about; it has no opinion of the rest. */
  readonly matches: MatchConditions;
  /** Where it cannot be asked, or cannot be told whether it is to be. */
  readonly onFailure: 'no opinion' | 'deny';
  readonly metrics: AuthorizationMetrics;
}

export function webhookAuthorizer(options: WebhookAuthorizerOptions): Authorizer & RuleResolver {
  const { webhook, version, name, matches, onFailure, metrics } = options;
  const failed = (error: unknown): AuthorizationResult => ({
    decision: onFailure,
    reason: '',
    error: error instanceof Error ? error.message : String(error),
  });
  const ask = async (spec: JsonObject, key: string): Promise<AuthorizationResult> => {
    try {
      const review = { kind: 'SubjectAccessReview', apiVersion: `authorization.k8s.io/${version}`, metadata: {}, spec };
      const status = await webhook.ask(review);
      const isShort = key.length < REMEMBERED_ATTRIBUTE_CHARACTERS;
      if (isShort) webhook.remember(key, status, status.allowed === true ? options.allowedFor : options.refusedFor);
      metrics.count(evaluations, `name="${name}",result="success"`);
      return resultOf(status);
    } catch (error) {
      metrics.count(evaluations, `name="${name}",result="error"`);
      if (onFailure === 'no opinion') metrics.count(failOpen, `name="${name}",result="error"`);
      return failed(error);
    }
  };
  const labels = `name="${name}",type="Webhook"`;
  return {
    authorize(attributes) {
      const spec = specOf(attributes, version);
      try {
        if (!matches(spec)) {
          metrics.count('apiserver_authorization_match_condition_exclusions_total', labels);
          return noOpinion;
        }
      } catch (error) {
        metrics.count('apiserver_authorization_match_condition_evaluation_errors_total', labels);
        return failed(error);
      }
      const key = JSON.stringify(spec);
      const known = webhook.remembered(key);
      return known === undefined ? ask(spec, key) : resultOf(known);
    },
    rulesFor: () => ({
      resourceRules: [],
      nonResourceRules: [],
      incomplete: true,
      errors: ['webhook authorizer does not support user rule resolution'],
    }),
  };
}

const evaluations = 'apiserver_authorization_webhook_evaluations_total';
const failOpen = 'apiserver_authorization_webhook_evaluations_fail_open_total';

function resultOf(status: JsonObject): AuthorizationResult {
  const reason = asText(status.reason);
  if (status.denied === true && status.allowed === true) {
    const error = 'webhook subject access review returned both allow and deny response';
    return { decision: 'deny', reason, error };
  }
  if (status.denied === true) return { decision: 'deny', reason };
  return { decision: status.allowed === true ? 'allow' : 'no opinion', reason };
}

/** Empty fields are left out, as Go leaves them out. */
function specOf({ user, info, fieldSelector, labelSelector }: AuthorizationAttributes, version: string): JsonObject {
  const { namespace, verb, group, resource, subresource, name } = info;
  const asked: JsonObject = info.isResourceRequest
    ? {
        resourceAttributes: {
          ...filled({ namespace, verb, group, version: info.version, resource, subresource, name }),
          ...selectorOf(
            'fieldSelector',
            fieldSelector?.map(({ field, operator, value }) => ({
              key: field,
              operator: operator === '=' ? 'In' : 'NotIn',
              values: [value],
            })),
          ),
          ...selectorOf(
            'labelSelector',
            labelSelector?.flatMap(({ key, operator, values }) => {
              const known = labelOperators.get(operator);
              return known === undefined
                ? []
                : [{ key, operator: known, ...(values.length === 0 ? {} : { values: [...values] }) }];
            }),
          ),
        },
      }
    : { nonResourceAttributes: filled({ path: info.path, verb }) };
  const extra = Object.entries(user.extra).map(([key, values]): [string, string[]] => [key, [...values]]);
  return {
    ...asked,
    ...filled({ user: user.name, uid: user.uid }),
    ...(user.groups.length === 0 ? {} : { [version === 'v1beta1' ? 'group' : 'groups']: [...user.groups] }),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

const labelOperators: ReadonlyMap<string, string> = new Map([
  ['=', 'In'],
  ['==', 'In'],
  ['in', 'In'],
  ['!=', 'NotIn'],
  ['notin', 'NotIn'],
  ['exists', 'Exists'],
  ['!', 'DoesNotExist'],
]);

function selectorOf(field: string, requirements: JsonObject[] | undefined): JsonObject {
  return requirements === undefined || requirements.length === 0 ? {} : { [field]: { requirements } };
}

function filled(fields: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}
