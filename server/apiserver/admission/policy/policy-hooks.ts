/** Policies of one kind with their bindings; a policy that nothing binds is asked about nothing. */
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { ParsedObjectsOf } from '../../cacher/parsed-objects.ts';
import { CompiledObjects } from '../compiled-objects.ts';
import { type PolicyBase, type PolicyBinding, readBinding } from './policy.ts';

export interface PolicyHook<P extends PolicyBase> {
  readonly policy: P;
  readonly bindings: readonly PolicyBinding[];
}

const group = 'admissionregistration.k8s.io';

/** In the order of names; the same list for as long as nothing changes. */
export function followPolicies<P extends PolicyBase>(
  objectsOf: ParsedObjectsOf,
  names: { readonly policies: string; readonly bindings: string },
  read: (policy: KubeObject) => P,
): () => readonly PolicyHook<P>[] {
  const policies = new CompiledObjects(objectsOf(group, names.policies), read);
  const bindings = new CompiledObjects(objectsOf(group, names.bindings), readBinding);
  let known: { readonly policies: readonly P[]; readonly bindings: readonly PolicyBinding[] } | undefined;
  let hooks: readonly PolicyHook<P>[] = [];
  return () => {
    const now = { policies: policies.all(), bindings: bindings.all() };
    if (known?.policies !== now.policies || known.bindings !== now.bindings) {
      known = now;
      const byPolicy = Map.groupBy(now.bindings, ({ policyName }) => policyName);
      hooks = now.policies.flatMap((policy) => {
        const its = byPolicy.get(policy.name);
        return its === undefined ? [] : [{ policy, bindings: its }];
      });
    }
    return hooks;
  };
}
