/** A namespace whose level rises: warnings of the pods that are there and would no longer be let in. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asObject } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { checkedPod, sorted } from './checked-pod.ts';
import { findingsOf } from './checks.ts';
import { formatLevelVersion, type LevelVersion } from './policy.ts';

/** Pods that one change of labels looks at. */
export const MAX_PODS_CHECKED = 3000;

interface Violation {
  first: string;
  count: number;
}

export function existingPodWarnings(namespace: string, level: LevelVersion, pods: readonly KubeObject[]): string[] {
  const violations = new Map<string, Violation>();
  for (const pod of oneOfEachOwnerFirst(pods).slice(0, MAX_PODS_CHECKED)) {
    const findings = findingsOf(level, checkedPod(pod.metadata, asObject(pod.spec)));
    if (findings.length > 0)
      count(violations, findings.map(({ reason }) => reason).join(', '), pod.metadata.name ?? '');
  }
  const warnings: string[] = [];
  if (pods.length > MAX_PODS_CHECKED) {
    const checked = `the first ${MAX_PODS_CHECKED} of ${pods.length} existing pods`;
    warnings.push(`new PodSecurity enforce level only checked against ${checked}`);
  }
  if (violations.size === 0) return warnings;
  const what = `violate the new PodSecurity enforce level ${goQuote(formatLevelVersion(level))}`;
  warnings.push(`existing pods in namespace ${goQuote(namespace)} ${what}`);
  return [...warnings, ...sorted([...violations].map(([reasons, violation]) => describe(violation, reasons)))];
}

function count(violations: Map<string, Violation>, reasons: string, name: string): void {
  const known = violations.get(reasons);
  if (known === undefined) violations.set(reasons, { first: name, count: 1 });
  else {
    known.count++;
    if (name < known.first) known.first = name;
  }
}

function describe({ first, count: pods }: Violation, reasons: string): string {
  if (pods === 1) return `${first}: ${reasons}`;
  return `${first} (and ${pods - 1} other ${pods === 2 ? 'pod' : 'pods'}): ${reasons}`;
}

/** Pods of one owner are alike: where there are too many, one of each is looked at first. */
function oneOfEachOwnerFirst(pods: readonly KubeObject[]): readonly KubeObject[] {
  if (pods.length <= MAX_PODS_CHECKED) return pods;
  const owners = new Set<string>();
  const first: KubeObject[] = [];
  const others: KubeObject[] = [];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
    if (owner !== undefined && owners.has(owner)) others.push(pod);
    else first.push(pod);
    if (owner !== undefined) owners.add(owner);
  }
  return [...first, ...others];
}
