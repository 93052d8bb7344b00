/** PodTopologySpread: pods that belong together are spread over zones, hosts or whatever the constraint names. */
import type { NodeInfo, Plugin, PodInfo, SchedulerHandle, SpreadConstraint } from '../../interface.ts';
import type { DefaultConstraint, PluginArgs } from '../../profile-settings.ts';
import { unresolvable, unschedulable } from '../rejections.ts';
import { keepsAway, untolerated } from '../tolerations.ts';
import {
  countingOf,
  countMatching,
  normalizeSpread,
  scoreState,
  scoreSpread,
  type SpreadScoreState,
} from './spread-score.ts';

const skewed = unschedulable("node(s) didn't match pod topology spread constraints");
const unlabelled = unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");

interface Counted {
  readonly constraint: SpreadConstraint;
  /** Matching pods by value of the topology key. */
  readonly counts: ReadonlyMap<string, number>;
  readonly least: number;
  /** The pod itself would count. */
  readonly self: 0 | 1;
}

export type SpreadState = readonly Counted[];

/** For pods of a service or a controller that say nothing themselves. */
const systemDefaults: readonly DefaultConstraint[] = [
  { topologyKey: 'kubernetes.io/hostname', maxSkew: 3, isHard: false },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5, isHard: false },
];

export function podTopologySpread(
  handle: SchedulerHandle,
  { defaultConstraints }: PluginArgs['PodTopologySpread'],
): Plugin<SpreadState, SpreadScoreState> {
  const given = defaultConstraints ?? systemDefaults;
  const defaults = (pod: PodInfo, isOfInterest: (constraint: DefaultConstraint) => boolean): SpreadConstraint[] => {
    const wanted = given.filter(isOfInterest);
    const selector = wanted.length === 0 ? undefined : handle.defaultSelector(pod);
    if (selector === undefined) return [];
    return wanted.map((each) => ({ ...each, minDomains: 1, selector, honorsAffinity: true, honorsTaints: false }));
  };
  const requiresAll = (pod: PodInfo) => pod.spread.length > 0 || defaultConstraints !== undefined;
  return {
    name: 'PodTopologySpread',
    weight: 2,
    wakesOn: [
      'pod added',
      'pod deleted',
      'pod labels changed',
      'node added',
      'node labels changed',
      'node taints changed',
    ],
    preFilter(pod) {
      const constraints =
        pod.spread.length > 0 ? pod.spread.filter(({ isHard }) => isHard) : defaults(pod, ({ isHard }) => isHard);
      if (constraints.length === 0) return 'skip';
      return { state: countAll(pod, constraints, handle.nodes.all) };
    },
    filter(_pod, node, state) {
      for (const { constraint, counts, least, self } of state) {
        const value = node.labels[constraint.topologyKey];
        if (value === undefined) return unlabelled;
        if ((counts.get(value) ?? 0) + self - least > constraint.maxSkew) return skewed;
      }
      return undefined;
    },
    withPod(pod, state, { pod: changed, node, by }) {
      if (
        changed.namespace !== pod.namespace ||
        !hasAllKeys(
          node,
          state.map(({ constraint }) => constraint),
        )
      )
        return state;
      return state.map((counted) => {
        const { constraint, counts } = counted;
        if (!constraint.selector.matches(changed.labels) || !isEligible(pod, node, constraint)) return counted;
        const value = node.labels[constraint.topologyKey] ?? '';
        const changedCounts = new Map(counts).set(value, (counts.get(value) ?? 0) + by);
        return { ...counted, counts: changedCounts, least: leastOf(changedCounts, constraint) };
      });
    },
    preScore: (pod, nodes) =>
      scoreState(pod, nodes, {
        handle,
        defaults: (of) => defaults(of, ({ isHard }) => !isHard),
        requiresAll,
        isEligible,
        hasAllKeys,
      }),
    score: scoreSpread,
    normalize: normalizeSpread,
  };
}

function countAll(pod: PodInfo, constraints: readonly SpreadConstraint[], nodes: readonly NodeInfo[]): SpreadState {
  const counts = constraints.map(() => new Map<string, number>());
  const countings = constraints.map(({ selector }) => countingOf(selector, pod.namespace));
  for (const node of nodes) {
    if (!hasAllKeys(node, constraints)) continue;
    for (const [index, constraint] of constraints.entries()) {
      if (!isEligible(pod, node, constraint)) continue;
      const value = node.labels[constraint.topologyKey] ?? '';
      const of = counts[index];
      const counting = countings[index];
      if (counting !== undefined) of?.set(value, (of.get(value) ?? 0) + countMatching(node, counting));
    }
  }
  return constraints.map((constraint, index) => {
    const of = counts[index] ?? new Map<string, number>();
    const self = constraint.selector.matches(pod.labels) ? 1 : 0;
    return { constraint, counts: of, least: leastOf(of, constraint), self };
  });
}

/** Fewer domains than asked for: there is an empty one yet to come. */
function leastOf(counts: ReadonlyMap<string, number>, { minDomains }: SpreadConstraint): number {
  if (counts.size < minDomains) return 0;
  let least = Number.MAX_SAFE_INTEGER;
  for (const count of counts.values()) if (count < least) least = count;
  return least;
}

function hasAllKeys({ labels }: NodeInfo, constraints: readonly SpreadConstraint[]): boolean {
  return constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);
}

function isEligible(pod: PodInfo, node: NodeInfo, { honorsAffinity, honorsTaints }: SpreadConstraint): boolean {
  if (honorsAffinity && pod.requiredNode?.matches(node) === false) return false;
  return !honorsTaints || untolerated(node.taints, pod.tolerations, keepsAway) === undefined;
}
