/** MutatingAdmissionPolicy: the policies that are bound to a request change its object, one after the other. */
import { newInternalError, StatusError } from '../../../apimachinery/errors/status-error.ts';
import { jsonEquals } from '../../../apimachinery/json-equals.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { AskedDecisions } from '../expressions/asked-decisions.ts';
import { MutatedRequest } from '../matching/mutated-request.ts';
import type { SeenVersion } from '../matching/seen-version.ts';
import type { VersionedRequest } from '../matching/versioned-request.ts';
import { refusal } from '../refusal.ts';
import { newReinvocation, type Reinvocation, type Round, roundOf } from '../reinvocation.ts';
import { bindingsFor, type Problem } from './bound-policies.ts';
import {
  applyMutation,
  evaluateMutation,
  type MutatingPolicy,
  type Mutation,
  readMutatingPolicy,
} from './mutating-policy.ts';
import { MutationProblem } from './mutation-problem.ts';
import { followPolicies, type PolicyHook } from './policy-hooks.ts';
import { isExemptFromPolicies, namespaceOf, type PolicyParts } from './policy-parts.ts';
import type { PolicyBinding } from './policy.ts';

const NAME = 'MutatingAdmissionPolicy';
const names = { policies: 'mutatingadmissionpolicies', bindings: 'mutatingadmissionpolicybindings' };

export function mutatingPolicies(parts: PolicyParts): AdmissionPlugin {
  const hooks = followPolicies(parts.objectsOf, names, readMutatingPolicy);
  return {
    name: NAME,
    operations: ['CREATE', 'UPDATE', 'CONNECT'],
    mutate(attributes) {
      const all = hooks();
      if (all.length === 0 || isExemptFromPolicies(attributes.scope.groupResource)) return undefined;
      return new MutatingRequest(attributes, parts).mutate(all);
    },
  };
}

interface Invocation {
  readonly policy: MutatingPolicy;
  readonly binding: PolicyBinding;
  readonly seen: SeenVersion;
  readonly params: KubeObject | undefined;
}

class MutatingRequest {
  readonly #attributes: AdmissionAttributes;
  readonly #parts: PolicyParts;
  readonly #decisions: AskedDecisions;
  readonly #mutated: MutatedRequest;
  readonly #reinvocation: Reinvocation;
  readonly #round: Round;
  readonly #problems: Problem<MutatingPolicy>[] = [];

  constructor(attributes: AdmissionAttributes, parts: PolicyParts) {
    this.#attributes = attributes;
    this.#parts = parts;
    this.#decisions = new AskedDecisions(parts.authorizer, attributes.user);
    this.#mutated = new MutatedRequest(attributes, parts.versions);
    this.#reinvocation = attributes.reinvocation ??= newReinvocation();
    this.#round = roundOf(this.#reinvocation, NAME);
  }

  /** @throws StatusError */
  async mutate(hooks: readonly PolicyHook<MutatingPolicy>[]): Promise<void> {
    // Which policies are for the request does not depend on what others make of it.
    const invocations = await this.#invocations(hooks);
    if (invocations.length > 0) await this.#invokeAll(invocations);
    const counted = this.#problems.filter(({ policy }) => !policy.ignoresFailure);
    if (counted.length > 0) throw this.#refusal(counted);
  }

  async #invocations(hooks: readonly PolicyHook<MutatingPolicy>[]): Promise<Invocation[]> {
    const invocations: Invocation[] = [];
    for (const hook of hooks) {
      const { policy } = hook;
      const bound = await bindingsFor(hook, this.#attributes, this.#parts, (problem) => this.#problems.push(problem));
      for (const { binding, seen, params } of bound) {
        for (const param of params) invocations.push({ policy, binding, seen, params: param });
      }
    }
    return invocations;
  }

  async #invokeAll(invocations: readonly Invocation[]): Promise<void> {
    const { isReinvoked } = this.#reinvocation;
    if (isReinvoked && this.#round.isChangedSince(this.#attributes.object)) this.#round.require();
    const namespace = await namespaceOf(this.#attributes, this.#parts);
    for (const invocation of invocations) await this.#invoke(invocation, namespace);
    await this.#mutated.finish();
    this.#round.leave(this.#attributes.object);
  }

  async #invoke(invocation: Invocation, namespace: KubeObject | undefined): Promise<void> {
    const { policy, binding, seen, params } = invocation;
    if (!(await this.#meetsConditions(invocation))) return;
    const { name: paramName = '', namespace: paramNamespace = '' } = params?.metadata ?? {};
    const id = JSON.stringify([policy.name, binding.name, paramNamespace, paramName]);
    if (this.#reinvocation.isReinvoked && !this.#round.runsAgain(id)) return;
    const before = (await this.#mutated.as(seen)).object;
    for (const mutation of policy.mutations) {
      const request = await this.#mutated.as(seen);
      if (hasObject(request)) await this.#apply(mutation, request, { ...invocation, namespace });
    }
    if (!jsonEquals(before, (await this.#mutated.as(seen)).object)) {
      this.#round.require();
      this.#reinvocation.isRequested = true;
    }
    if (policy.reinvokes) this.#round.addEligible(id);
  }

  async #meetsConditions({ policy, binding, seen, params }: Invocation): Promise<boolean> {
    if (policy.conditions.isEmpty) return true;
    const { clock, conditionMetrics } = this.#parts;
    const request = await this.#mutated.as(seen);
    const began = clock.monotonic();
    const { ask } = this.#decisions;
    const input = { request, params, namespace: undefined, ask, variables: policy.variables };
    const result = await this.#decisions.settle(() => policy.conditions.match(input));
    const { operation } = this.#attributes;
    const labels = { name: policy.name, kind: 'policy', type: 'validate', operation };
    conditionMetrics.conditionsEvaluated(labels, (clock.monotonic() - began) / 1000, result);
    if (result.error !== undefined) this.#problems.push({ policy, binding, message: result.error, reason: 'Invalid' });
    return result.matches;
  }

  async #apply(
    mutation: Mutation,
    request: VersionedRequest & { readonly object: KubeObject },
    { policy, binding, params, namespace }: Invocation & { readonly namespace: KubeObject | undefined },
  ): Promise<void> {
    const { clock, metrics } = this.#parts;
    const began = clock.monotonic();
    const check = { policy: policy.name, binding: binding.name };
    const { ask } = this.#decisions;
    const input = { request, params, namespace, ask, variables: policy.variables };
    try {
      const value = await this.#decisions.settle(() => evaluateMutation(mutation, input));
      this.#mutated.replace(applyMutation(mutation, value, request, this.#parts));
      metrics.mutated({ ...check, error: undefined, seconds: (clock.monotonic() - began) / 1000 });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      metrics.mutated({ ...check, error: message, seconds: (clock.monotonic() - began) / 1000 });
      if (!(error instanceof MutationProblem)) throw error instanceof StatusError ? error : newInternalError(error);
      this.#problems.push({ policy, binding, message, reason: 'Invalid' });
    }
  }

  /** The first problem gives message and reason, though not the code. */
  #refusal(problems: readonly Problem<MutatingPolicy>[]): StatusError {
    const texts = problems.map(({ policy, binding, message }) =>
      binding === undefined
        ? `policy ${JSON.stringify(policy.name)} denied request: ${message}`
        : `policy '${policy.name}' with binding '${binding.name}' denied request: ${message}`,
    );
    const { status } = refusal(this.#attributes, '');
    const causes = texts.map((text) => ({ message: text }));
    const reason = problems[0]?.reason ?? '';
    return new StatusError({
      ...status,
      message: texts[0] ?? '',
      ...(reason === '' ? {} : { reason }),
      details: { ...status.details, causes },
    });
  }
}

function hasObject(request: VersionedRequest): request is VersionedRequest & { readonly object: KubeObject } {
  return request.object !== undefined;
}
