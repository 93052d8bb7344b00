/** SelfSubjectRulesReview: all that I may do in a namespace, as far as it can be listed (`kubectl auth can-i --list`). */
import { joinErrors } from '../../../apimachinery/errors/aggregate.ts';
import { newBadRequest } from '../../../apimachinery/errors/status-error.ts';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { NonResourceRule, ResourceRule } from '../../authorization/authorizer.ts';
import type { ResourceHandler } from '../handler-environment.ts';
import { reviewHandler } from './review.ts';

export const handleSelfSubjectRulesReview: ResourceHandler = reviewHandler({
  answer({ spec }, ctx, { ruleResolver }) {
    const namespace = asText(asObject(spec).namespace);
    if (namespace === '') throw newBadRequest('no namespace on request');
    const { resourceRules, nonResourceRules, incomplete, errors } = ruleResolver.rulesFor(ctx.state.user, namespace);
    return {
      metadata: {},
      // Upstream answers with a new object.
      spec: {},
      status: {
        resourceRules: resourceRules.map(ruleObject),
        nonResourceRules: nonResourceRules.map(ruleObject),
        incomplete,
        ...(errors.length === 0 ? {} : { evaluationError: joinErrors(errors) }),
      },
    };
  },
});

function ruleObject(rule: ResourceRule | NonResourceRule): JsonObject {
  const fields = Object.entries(rule) as Array<[string, readonly string[] | undefined]>;
  const set = fields.filter(([, values]) => values !== undefined && values.length > 0);
  return { verbs: [], ...Object.fromEntries(set.map(([name, values]) => [name, [...(values ?? [])]])) };
}
