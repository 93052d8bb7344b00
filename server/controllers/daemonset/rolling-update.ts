/** Daemons of an old template give way, as many at a time as the strategy allows; with surge, the new one comes first. */
import type { Pod } from '../../client/api-types.ts';
import { isPodAvailable } from '../workload/pod-state.ts';
import { isUpdated } from './daemon-pod.ts';
import { eligibilityFor } from './eligible-nodes.ts';
import { type DaemonPlan, type DaemonView, surgeOf, unavailableOf } from './reconcile.ts';

interface PodsOfNode {
  readonly node: string;
  readonly newest: Pod | undefined;
  readonly old: Pod | undefined;
  /** More than one of either: that is put right first. */
  readonly isUnclear: boolean;
}

export function planRollingUpdate(view: DaemonView): DaemonPlan {
  const { owner, nodes, podsByNode } = view;
  const eligibility = eligibilityFor(owner);
  const eligible = new Set(
    nodes.filter((node) => eligibility(node).shouldRun).map(({ metadata }) => metadata.name ?? ''),
  );
  const names = new Set([...podsByNode.keys(), ...eligible]);
  const perNode = [...names].map((node) => podsOf(view, node));
  const surge = surgeOf(owner, eligible.size);
  const unavailable = unavailableOf(owner, eligible.size);
  if (surge > 0) return planSurge(view, { perNode, eligible, surge });
  // Percentages that come to nothing must not stop an update for ever.
  return planReplacements(view, { perNode, unavailable: eligible.size > 0 ? Math.max(1, unavailable) : unavailable });
}

function podsOf({ owner, hash, podsByNode }: DaemonView, node: string): PodsOfNode {
  const present = (podsByNode.get(node) ?? []).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const fresh = present.filter((pod) => isUpdated(pod, { owner, hash }));
  const old = present.filter((pod) => !isUpdated(pod, { owner, hash }));
  return { node, newest: fresh[0], old: old[0], isUnclear: fresh.length > 1 || old.length > 1 };
}

function planReplacements(
  { owner, now }: DaemonView,
  { perNode, unavailable }: { perNode: readonly PodsOfNode[]; unavailable: number },
): DaemonPlan {
  const isAvailable = (pod: Pod) => isPodAvailable(pod, { minReadySeconds: owner.spec?.minReadySeconds, now });
  let missing = 0;
  const useless: Pod[] = [];
  const candidates: Pod[] = [];
  for (const { newest, old, isUnclear } of perNode) {
    if (isUnclear || (newest === undefined) === (old === undefined)) missing++;
    else if (newest !== undefined) missing += isAvailable(newest) ? 0 : 1;
    else if (old !== undefined && isAvailable(old)) candidates.push(old);
    else if (old !== undefined) {
      missing++;
      useless.push(old);
    }
  }
  return { create: [], delete: [...useless, ...candidates.slice(0, Math.max(0, unavailable - missing))] };
}

function planSurge(
  { owner, now }: DaemonView,
  { perNode, eligible, surge }: { perNode: readonly PodsOfNode[]; eligible: ReadonlySet<string>; surge: number },
): DaemonPlan {
  const isAvailable = (pod: Pod | undefined) =>
    pod !== undefined && isPodAvailable(pod, { minReadySeconds: owner.spec?.minReadySeconds, now });
  let surging = 0;
  let available = 0;
  const done: Pod[] = [];
  const misplaced: Pod[] = [];
  const needed: string[] = [];
  const candidates: string[] = [];
  for (const { node, newest, old, isUnclear } of perNode) {
    if (isUnclear) {
      surging++;
      continue;
    }
    if (isAvailable(old ?? newest)) available++;
    if (old === undefined) continue;
    if (newest !== undefined) {
      if (isAvailable(newest)) done.push(old);
      else surging++;
    } else if (!eligible.has(node)) (isAvailable(old) ? misplaced : done).push(old);
    else (isAvailable(old) ? candidates : needed).push(node);
  }
  const spare = Math.max(0, available - eligible.size);
  return {
    create: [...needed, ...candidates.slice(0, Math.max(0, surge - surging))],
    delete: [...done, ...misplaced.slice(0, spare)],
  };
}
