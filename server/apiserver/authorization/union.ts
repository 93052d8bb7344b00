/** Asks authorizers in order: the first that allows or denies decides; reasons of those without opinion are joined. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import type { AuthorizationMetrics } from './authorization-metrics.ts';
import type {
  AuthorizationAttributes,
  AuthorizationResult,
  Authorizer,
  RuleResolver,
  UserRules,
} from './authorizer.ts';
import { noOpinion } from './authorizer.ts';

export function unionAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return { authorize: (attributes) => ask(authorizers, attributes, { at: 0, undecided: [] }) };
}

interface Progress {
  readonly at: number;
  readonly undecided: readonly AuthorizationResult[];
}

/** Stays synchronous for as long as the authorizers do: most decisions cost no promise. */
function ask(
  authorizers: readonly Authorizer[],
  attributes: AuthorizationAttributes,
  { at, undecided }: Progress,
): AuthorizationResult | Promise<AuthorizationResult> {
  let kept = undecided;
  for (let index = at; index < authorizers.length; index++) {
    const result = authorizers[index]?.authorize(attributes) ?? noOpinion;
    if (result instanceof Promise) {
      return result.then((settled) =>
        settled.decision === 'no opinion'
          ? ask(authorizers, attributes, { at: index + 1, undecided: [...kept, settled] })
          : settled,
      );
    }
    if (result.decision !== 'no opinion') return result;
    if (result !== noOpinion) kept = [...kept, result];
  }
  return kept.length === 0 ? noOpinion : joined(kept);
}

function joined(results: readonly AuthorizationResult[]): AuthorizationResult {
  const reasons = results.map(({ reason }) => reason).filter((reason) => reason !== '');
  const errors = results.flatMap(({ error }) => (error === undefined ? [] : [error]));
  return {
    decision: 'no opinion',
    reason: reasons.join('\n'),
    error: errors.length === 0 ? undefined : joinErrors(errors),
  };
}

/** Counts what it decides. */
export function countingAuthorizer(
  authorizer: Authorizer,
  which: { readonly type: string; readonly name: string },
  metrics: AuthorizationMetrics,
): Authorizer {
  const counted = (result: AuthorizationResult) => {
    metrics.countDecision(which, result.decision);
    return result;
  };
  return {
    authorize(attributes) {
      const result = authorizer.authorize(attributes);
      return result instanceof Promise ? result.then(counted) : counted(result);
    },
  };
}

export function unionRuleResolver(resolvers: readonly RuleResolver[]): RuleResolver {
  return {
    rulesFor(user, namespace): UserRules {
      const found = resolvers.map((resolver) => resolver.rulesFor(user, namespace));
      return {
        resourceRules: found.flatMap(({ resourceRules }) => resourceRules),
        nonResourceRules: found.flatMap(({ nonResourceRules }) => nonResourceRules),
        incomplete: found.some(({ incomplete }) => incomplete),
        errors: found.flatMap(({ errors }) => (errors.length === 0 ? [] : [joinErrors(errors)])),
      };
    },
  };
}
