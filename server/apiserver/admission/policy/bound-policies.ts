/** Which bindings of a policy are for a request, each with its parameters; what is wrong with their configuration is told. */
import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { type MatchResources, matchResources } from '../matching/match-resources.ts';
import type { SeenVersion } from '../matching/seen-version.ts';
import { kindProblem } from './param-kind.ts';
import { collectParams, ParamProblem } from './params.ts';
import type { PolicyHook } from './policy-hooks.ts';
import type { PolicyParts } from './policy-parts.ts';
import type { PolicyBase, PolicyBinding } from './policy.ts';

export interface Problem<P extends PolicyBase> {
  readonly policy: P;
  /** Undefined: it is the policy's own. */
  readonly binding: PolicyBinding | undefined;
  readonly message: string;
  /** Empty: the usual one. */
  readonly reason: string;
}

export interface BoundPolicy {
  readonly binding: PolicyBinding;
  readonly seen: SeenVersion;
  /** Each is one evaluation; undefined: without parameters. */
  readonly params: readonly (KubeObject | undefined)[];
}

export async function bindingsFor<P extends PolicyBase>(
  { policy, bindings }: PolicyHook<P>,
  attributes: AdmissionAttributes,
  parts: PolicyParts,
  report: (problem: Problem<P>) => void,
): Promise<BoundPolicy[]> {
  const misconfigured = (binding: PolicyBinding | undefined, problem: string): void => {
    const what = binding === undefined ? 'policy' : 'binding';
    report({ policy, binding, message: `failed to configure ${what}: ${problem}`, reason: '' });
  };
  const attempt = async <T>(binding: PolicyBinding | undefined, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof ParamProblem)) throw error;
      misconfigured(binding, error.message);
      return undefined;
    }
  };
  const seen = await attempt(undefined, () => match(policy.match, attributes, parts));
  if (seen === undefined) return [];
  const { paramKind } = policy;
  const scope = paramKind === undefined ? undefined : parts.scopeOfKind(paramKind);
  if (paramKind !== undefined && scope === undefined) {
    misconfigured(undefined, kindProblem(paramKind));
    return [];
  }
  const bound: BoundPolicy[] = [];
  for (const binding of bindings) {
    if ((await attempt(binding, () => match(binding.match, attributes, parts))) === undefined) continue;
    const params = await attempt(binding, () => collectParams(scope, binding.paramRef, attributes.namespace));
    if (params !== undefined) bound.push({ binding, seen, params });
  }
  return bound;
}

function match(
  resources: MatchResources | undefined,
  attributes: AdmissionAttributes,
  { versions, objects }: PolicyParts,
): Promise<SeenVersion | undefined> {
  if (resources !== undefined) return matchResources(resources, attributes, { versions, objects });
  return Promise.resolve(versions.own(attributes.scope, attributes.subresource));
}
