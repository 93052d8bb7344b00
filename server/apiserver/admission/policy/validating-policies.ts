/** ValidatingAdmissionPolicy: evaluates the policies that are bound to a request and does what their bindings say: deny, warn, audit. */
import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { isLabelKey } from '../../../apimachinery/validation/labels.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { AskedDecisions } from '../expressions/asked-decisions.ts';
import type { SeenVersion } from '../matching/seen-version.ts';
import { type VersionedRequest, versionedRequest } from '../matching/versioned-request.ts';
import { refusal } from '../refusal.ts';
import { bindingsFor, type Problem } from './bound-policies.ts';
import { MAX_ANNOTATION_BYTES } from './limits.ts';
import { followPolicies, type PolicyHook } from './policy-hooks.ts';
import { isExemptFromPolicies, namespaceOf, type PolicyParts } from './policy-parts.ts';
import type { PolicyBinding } from './policy.ts';
import {
  evaluatePolicy,
  type PolicyDecision,
  type PolicyResult,
  readValidatingPolicy,
  type ValidatingPolicy,
} from './validating-policy.ts';

const names = { policies: 'validatingadmissionpolicies', bindings: 'validatingadmissionpolicybindings' };

export function validatingPolicies(parts: PolicyParts): AdmissionPlugin {
  const hooks = followPolicies(parts.objectsOf, names, readValidatingPolicy);
  return {
    name: 'ValidatingAdmissionPolicy',
    validate(attributes) {
      const all = hooks();
      if (all.length === 0 || isExemptFromPolicies(attributes.scope.groupResource)) return undefined;
      return new ValidatingRequest(attributes, parts).check(all);
    },
  };
}

type Denial = Problem<ValidatingPolicy>;

const codes: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };

class ValidatingRequest {
  readonly #attributes: AdmissionAttributes;
  readonly #parts: PolicyParts;
  readonly #decisions: AskedDecisions;
  readonly #denials: Denial[] = [];

  constructor(attributes: AdmissionAttributes, parts: PolicyParts) {
    this.#attributes = attributes;
    this.#parts = parts;
    this.#decisions = new AskedDecisions(parts.authorizer, attributes.user);
  }

  /** @throws StatusError */
  async check(hooks: readonly PolicyHook<ValidatingPolicy>[]): Promise<void> {
    for (const hook of hooks) await this.#checkPolicy(hook);
    const [denial] = this.#denials;
    if (denial !== undefined) throw this.#refusal(denial);
  }

  async #checkPolicy(hook: PolicyHook<ValidatingPolicy>): Promise<void> {
    const { policy } = hook;
    const bound = await bindingsFor(hook, this.#attributes, this.#parts, (problem) => this.#misconfigured(problem));
    const annotations = new Map<string, Set<string>>();
    let request: VersionedRequest | undefined;
    for (const { binding, seen, params } of bound) {
      if (params.length === 0) continue;
      request ??= await this.#versioned(policy, binding, seen);
      if (request === undefined) continue;
      const namespace = await namespaceOf(this.#attributes, this.#parts);
      for (const param of params) {
        await this.#evaluate(policy, binding, { request, param, namespace, annotations });
      }
    }
    for (const [key, values] of annotations) this.#annotate(`${policy.name}/${key}`, [...values].join(', '));
  }

  async #versioned(
    policy: ValidatingPolicy,
    binding: PolicyBinding,
    seen: SeenVersion,
  ): Promise<VersionedRequest | undefined> {
    const { scope, subresource } = this.#attributes;
    try {
      return await versionedRequest(this.#attributes, this.#parts.versions.own(scope, subresource), seen);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const message = `failed to configure binding: failed to convert object version: ${error.message}`;
      this.#misconfigured({ policy, binding, message, reason: '' });
      return undefined;
    }
  }

  async #evaluate(
    policy: ValidatingPolicy,
    binding: PolicyBinding,
    input: {
      readonly request: VersionedRequest;
      readonly param: KubeObject | undefined;
      readonly namespace: KubeObject | undefined;
      readonly annotations: Map<string, Set<string>>;
    },
  ): Promise<void> {
    const { clock, conditionMetrics } = this.#parts;
    const { request, param: params, namespace, annotations } = input;
    const began = clock.monotonic();
    const { ask } = this.#decisions;
    const result = await this.#decisions.settle(() => evaluatePolicy(policy, { request, params, namespace, ask }));
    const seconds = (clock.monotonic() - began) / 1000;
    if (result.conditions !== undefined) {
      const { operation } = this.#attributes;
      const labels = { name: policy.name, kind: 'policy', type: 'validate', operation };
      conditionMetrics.conditionsEvaluated(labels, seconds, result.conditions);
    }
    this.#act(policy, binding, { result, seconds });
    for (const { key, value, error } of result.auditAnnotations) {
      if (error !== undefined) {
        this.#denials.push({ policy, binding, message: error, reason: '' });
        this.#parts.metrics.validated({ policy: policy.name, binding: binding.name, error, seconds }, 'deny');
      } else if (value !== undefined) {
        const cut = Buffer.from(value).subarray(0, MAX_ANNOTATION_BYTES).toString();
        const known = annotations.get(key);
        if (known === undefined) annotations.set(key, new Set([cut]));
        else known.add(cut);
      }
    }
  }

  #act(
    policy: ValidatingPolicy,
    binding: PolicyBinding,
    { result, seconds }: { readonly result: PolicyResult; readonly seconds: number },
  ): void {
    const { metrics } = this.#parts;
    for (const [index, decision] of result.decisions.entries()) {
      const { message, reason, denies, failed } = decision;
      const check = { policy: policy.name, binding: binding.name, error: failed ? message : undefined, seconds };
      if (!denies) {
        if (failed) metrics.validated(check, 'allow');
        continue;
      }
      // A refusal is an error to upstream's metrics, like an evaluation that fails.
      const refused = { ...check, error: message };
      for (const action of binding.actions) {
        if (action === 'Deny') {
          this.#denials.push({ policy, binding, message, reason });
          metrics.validated(refused, 'deny');
        } else if (action === 'Audit') {
          this.#audit(binding, { index, decision });
          metrics.validated(refused, 'audit');
        } else {
          const who = `ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}'`;
          this.#attributes.warn(`Validation failed for ${who}: ${message}`);
          metrics.validated(refused, 'warn');
        }
      }
    }
  }

  #audit(
    binding: PolicyBinding,
    { index, decision }: { readonly index: number; readonly decision: PolicyDecision },
  ): void {
    const failure = {
      message: decision.message,
      policy: binding.policyName,
      binding: binding.name,
      expressionIndex: index,
      validationActions: binding.actions,
    };
    this.#attributes.annotate('validation.policy.admission.k8s.io/validation_failure', JSON.stringify([failure]));
  }

  #annotate(key: string, value: string): void {
    if (isLabelKey(key).length === 0) this.#attributes.annotate(key, value);
  }

  #misconfigured(problem: Denial): void {
    if (!problem.policy.ignoresFailure) this.#denials.push(problem);
  }

  #refusal({ policy, binding, message, reason }: Denial): StatusError {
    const who = binding === undefined ? `'${policy.name}'` : `'${policy.name}' with binding '${binding.name}'`;
    const text = `ValidatingAdmissionPolicy ${who} denied request: ${message}`;
    const { status } = refusal(this.#attributes, text, { message: text });
    const shown = reason === '' ? 'Invalid' : reason;
    return new StatusError({ ...status, reason: shown, code: codes[shown] ?? 422 });
  }
}
