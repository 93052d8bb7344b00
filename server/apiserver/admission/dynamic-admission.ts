/** What webhooks and policies are made of, put together once for a server. */
import type { CustomResources } from '../custom-resources/custom-resources.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { equivalentScopes } from './matching/equivalent-scopes.ts';
import { SeenVersions } from './matching/seen-version.ts';
import { scopesByKind } from './policy/param-kind.ts';
import { PolicyMetrics } from './policy/policy-metrics.ts';
import type { PolicyParts } from './policy/policy-parts.ts';
import { WebhookMetrics } from './webhook/webhook-metrics.ts';
import type { WebhookParts } from './webhook/webhook-parts.ts';

interface Sources extends Omit<WebhookParts, 'versions' | 'metrics' | 'logins'> {
  /** Of built-in resources. */
  readonly scopes: readonly ResourceScope[];
  readonly custom: CustomResources;
}

export interface DynamicAdmission {
  readonly webhooks: Omit<WebhookParts, 'logins'>;
  readonly policies: PolicyParts;
  /** The text of its metrics. */
  render(): string;
}

export function newDynamicAdmission({ scopes, custom, ...parts }: Sources): DynamicAdmission {
  const metrics = new WebhookMetrics();
  const policyMetrics = new PolicyMetrics();
  const webhooks = { ...parts, versions: new SeenVersions(equivalentScopes(scopes, custom)), metrics };
  return {
    webhooks,
    policies: {
      ...webhooks,
      metrics: policyMetrics,
      conditionMetrics: metrics,
      scopeOfKind: scopesByKind(scopes, custom),
    },
    render: () => metrics.render() + policyMetrics.render(),
  };
}
