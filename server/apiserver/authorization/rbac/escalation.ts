/** Nobody gives what they do not have: roles and bindings may grant only what their writer holds, unless `escalate` or `bind` is allowed. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { failure, newForbidden, newNotFound } from '../../../apimachinery/errors/status-error.ts';
import { asList, asObject, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { systemMasters } from '../../../apimachinery/request/user-info.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../../admission/admission.ts';
import type { Authorizer, RequestedAction } from '../authorizer.ts';
import { compactRules, describeRule, quoteList, uncoveredRules } from './covers.ts';
import { type PolicyRule, rulesOf } from './policy-rule.ts';
import type { RbacAuthorizer } from './rbac-authorizer.ts';

const group = 'rbac.authorization.k8s.io';

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

export interface EscalationOptions {
  /** All authorizers: any of them may allow `escalate` and `bind`. */
  readonly authorizer: Authorizer;
  /** Whose rules count as held. */
  readonly rbac: RbacAuthorizer;
}

/** Last among those that may change an object: what it becomes is what counts. */
export function escalationCheck(options: EscalationOptions): AdmissionPlugin {
  return {
    name: 'rbac escalation check',
    mutate(attributes) {
      const { scope, object, user, operation } = attributes;
      if (scope.group !== group || object === undefined || operation === 'DELETE') return undefined;
      if (user.groups.includes(systemMasters)) return undefined;
      const { resource } = scope.definition;
      if (resource === 'roles' || resource === 'clusterroles') return checkRole(options, attributes, object);
      return checkBinding(options, attributes, object);
    },
  };
}

async function checkRole(options: EscalationOptions, attributes: AdmissionAttributes, role: KubeObject): Promise<void> {
  const { scope, namespace, name, old } = attributes;
  if (
    await mayEscalate(options, attributes, { verb: 'escalate', resource: scope.definition.resource, namespace, name })
  )
    return;
  if (isCollectorsChange(role, old)) return;
  requireHeld(options, attributes, rulesOf(role));
  if (!isAggregated(role) && !(old !== undefined && isAggregated(old))) return;
  // What it will gather nobody knows.
  if (missingRules(options, attributes, everything).length > 0) {
    const detail = 'must have cluster-admin privileges to use the aggregationRule';
    throw newForbidden(scope.groupResource, role.metadata.name ?? '', detail);
  }
}

async function checkBinding(
  options: EscalationOptions,
  attributes: AdmissionAttributes,
  binding: KubeObject,
): Promise<void> {
  const { namespace, old } = attributes;
  if (isCollectorsChange(binding, old)) return;
  const roleRef = asObject(binding.roleRef);
  const kind = asText(roleRef.kind);
  const name = asText(roleRef.name);
  if (kind !== 'Role' && kind !== 'ClusterRole') {
    throw failure({ code: 500, reason: '', message: `unsupported role reference kind: ${goQuote(kind)}` });
  }
  const resource = kind === 'Role' ? 'roles' : 'clusterroles';
  if (await mayEscalate(options, attributes, { verb: 'bind', resource, namespace, name })) return;
  const role = options.rbac.index.role(kind, kind === 'Role' ? namespace : '', name);
  // Upstream takes the role's name for the binding's.
  if (role?.rules === undefined) throw newNotFound(attributes.scope.groupResource, name);
  requireHeld(options, attributes, role.rules.rules);
}

async function mayEscalate(
  { authorizer }: EscalationOptions,
  { user }: AdmissionAttributes,
  asked: Pick<RequestedAction, 'verb' | 'resource' | 'namespace' | 'name'>,
): Promise<boolean> {
  const info = { ...asked, isResourceRequest: true, path: '', group, version: '*', subresource: '' };
  const { decision } = await authorizer.authorize({ user, info });
  return decision === 'allow';
}

function missingRules(
  { rbac }: EscalationOptions,
  { user, namespace }: AdmissionAttributes,
  rules: readonly PolicyRule[],
): PolicyRule[] {
  return uncoveredRules(rbac.policyRulesFor(user, namespace).rules, rules);
}

function requireHeld(options: EscalationOptions, attributes: AdmissionAttributes, rules: readonly PolicyRule[]): void {
  const missing = missingRules(options, attributes, rules);
  if (missing.length === 0) return;
  const { user, namespace, scope, object } = attributes;
  const lines = [...new Set(compactRules(missing).map(describeRule))].sort();
  const { errors } = options.rbac.policyRulesFor(user, namespace);
  const who = `user ${goQuote(user.name)} (groups=${quoteList(user.groups)})`;
  const unresolved = errors.length === 0 ? '' : `; resolution errors: [${errors.join(' ')}]`;
  const wanted = `is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  const detail = `${who} ${wanted}${unresolved}`;
  throw newForbidden(scope.groupResource, object?.metadata.name ?? '', detail);
}

function isAggregated(role: KubeObject): boolean {
  return asList(asObject(role.aggregationRule).clusterRoleSelectors).length > 0;
}

/** Owners and finalizers are the garbage collector's, which need not hold what the role gives. */
export function isCollectorsChange(object: KubeObject, old: KubeObject | undefined): boolean {
  if (old === undefined) return false;
  const { ownerReferences, finalizers, managedFields } = old.metadata;
  const metadata = { ...object.metadata, ownerReferences, finalizers, managedFields };
  return semanticallyEqual({ ...object, metadata }, { ...old });
}
