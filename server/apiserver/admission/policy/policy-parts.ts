/** What both kinds of policy plugins are made of, and what they share: which requests they never see, and the request's namespace. */
import { newNotFound } from '../../../apimachinery/errors/status-error.ts';
import type { GroupResource, KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { ParsedObjectsOf } from '../../cacher/parsed-objects.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { MatchParts } from '../matching/match-resources.ts';
import { namespaces } from '../matching/selectors.ts';
import type { SeenKinds } from '../matching/versioned-request.ts';
import type { WebhookMetrics } from '../webhook/webhook-metrics.ts';
import type { ScopeOfKind } from './params.ts';
import type { PolicyMetrics } from './policy-metrics.ts';

export interface PolicyParts extends SeenKinds, MatchParts {
  readonly objectsOf: ParsedObjectsOf;
  readonly authorizer: Authorizer;
  readonly scopeOfKind: ScopeOfKind;
  readonly metrics: PolicyMetrics;
  /** Those of match conditions are counted with the webhooks'. */
  readonly conditionMetrics: Pick<WebhookMetrics, 'conditionsEvaluated'>;
}

/** Policies could lock out who would put them right; and a review that they refuse would break the cluster. */
const exempt: Readonly<Record<string, readonly string[]>> = {
  'admissionregistration.k8s.io': [
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
    'mutatingadmissionpolicies',
    'mutatingadmissionpolicybindings',
  ],
  'authentication.k8s.io': ['selfsubjectreviews', 'tokenreviews'],
  'authorization.k8s.io': [
    'localsubjectaccessreviews',
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
    'subjectaccessreviews',
  ],
};

export function isExemptFromPolicies({ group, resource }: GroupResource): boolean {
  return Object.hasOwn(exempt, group) && exempt[group]?.includes(resource) === true;
}

/** Undefined: the request is about nothing in a namespace. @throws StatusError NotFound */
export async function namespaceOf(
  { scope, namespace }: AdmissionAttributes,
  { objects }: PolicyParts,
): Promise<KubeObject | undefined> {
  const { group, resource } = scope.groupResource;
  if (namespace === '' || (group === '' && resource === 'namespaces')) return undefined;
  const found = objects.get(namespaces, namespace) ?? (await objects.getFresh(namespaces, namespace));
  if (found === undefined) throw newNotFound(namespaces, namespace);
  return found;
}
