/** RBAC: a user may do what a rule of a role allows that a binding gives to the user or one of the user's groups. */
import { joinErrors } from '../../../apimachinery/errors/aggregate.ts';
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';
import {
  type AuthorizationAttributes,
  type AuthorizationResult,
  type Authorizer,
  noOpinion,
  type RuleResolver,
  type UserRules,
} from '../authorizer.ts';
import {
  type Binding,
  PolicyIndex,
  type PolicyObjects,
  type RoleEntry,
  type Subject,
  userNameOf,
} from './policy-index.ts';
import type { PolicyRule } from './policy-rule.ts';

export class RbacAuthorizer implements Authorizer, RuleResolver {
  readonly index: PolicyIndex;

  constructor(objects: PolicyObjects) {
    this.index = new PolicyIndex(objects);
  }

  authorize({ user, info }: AuthorizationAttributes): AuthorizationResult {
    const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
    let missing: RoleEntry[] | undefined;
    const binding = this.index.find(user, info.namespace, ({ role }) => {
      if (role.rules !== undefined) return role.rules.allow(info, resource);
      (missing ??= []).push(role);
      return false;
    });
    if (binding !== undefined) return new AllowedByBinding(binding, user);
    if (missing === undefined) return noOpinion;
    return { decision: 'no opinion', reason: `RBAC: ${joinErrors(missing.map(notFound))}` };
  }

  /** The rules that hold for a user in a namespace, and what kept others from being known. */
  policyRulesFor(user: UserInfo, namespace: string): { readonly rules: PolicyRule[]; readonly errors: string[] } {
    const bindings = new Set<Binding>();
    this.index.find(user, namespace, (binding) => {
      bindings.add(binding);
      return false;
    });
    const roles = [...bindings].map(({ role }) => role);
    return {
      rules: roles.flatMap((role) => role.rules?.rules ?? []),
      errors: roles.filter(({ rules }) => rules === undefined).map(notFound),
    };
  }

  rulesFor(user: UserInfo, namespace: string): UserRules {
    const { rules, errors } = this.policyRulesFor(user, namespace);
    return {
      resourceRules: rules
        .filter(({ resources }) => resources.length > 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, resourceNames })),
      nonResourceRules: rules
        .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: false,
      errors,
    };
  }
}

/** Reasons by what gives them: most are never read, and what is read mostly comes again. */
const reasons = new WeakMap<Subject, string>();

class AllowedByBinding implements AuthorizationResult {
  readonly decision = 'allow';
  readonly #binding: Binding;
  readonly #user: UserInfo;

  constructor(binding: Binding, user: UserInfo) {
    this.#binding = binding;
    this.#user = user;
  }

  /** Names the first of the binding's subjects that the user is. */
  get reason(): string {
    const { subjects, namespace } = this.#binding;
    const { name, groups } = this.#user;
    const subject = subjects.find((candidate) =>
      candidate.kind === 'Group' ? groups.includes(candidate.name) : userNameOf(candidate, namespace) === name,
    );
    if (subject === undefined) return '';
    let reason = reasons.get(subject);
    if (reason === undefined) reasons.set(subject, (reason = reasonOf(this.#binding, subject)));
    return reason;
  }
}

function reasonOf({ name, namespace, role }: Binding, subject: Subject): string {
  const binding =
    namespace === '' ? `ClusterRoleBinding ${goQuote(name)}` : `RoleBinding ${goQuote(`${name}/${namespace}`)}`;
  const place = subject.namespace === '' ? namespace : subject.namespace;
  const who = goQuote(subject.kind === 'ServiceAccount' ? `${subject.name}/${place}` : subject.name);
  return `RBAC: allowed by ${binding} of ${role.kind} ${goQuote(role.name)} to ${subject.kind} ${who}`;
}

function notFound({ kind, name }: RoleEntry): string {
  return `${kind.toLowerCase()}.rbac.authorization.k8s.io ${goQuote(name)} not found`;
}
