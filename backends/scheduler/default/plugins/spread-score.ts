/** Scores of topology spread: the fewer matching pods a domain has, the better; small topologies weigh as much as large ones. */
import type { KeyedMatcher, NodeInfo, PodInfo, SchedulerHandle, SpreadConstraint } from '../../interface.ts';
import { MAX_NODE_SCORE } from '../normalize-scores.ts';

const hostname = 'kubernetes.io/hostname';
interface Scored {
  readonly constraint: SpreadConstraint;
  readonly counting: Counting;
  /** By value of the topology key; of hosts nothing is counted before it is needed. */
  readonly counts: Map<string, number>;
  readonly weight: number;
}

export interface SpreadScoreState {
  readonly scored: readonly Scored[];
  readonly ignored: ReadonlySet<NodeInfo>;
}

export interface SpreadParts {
  readonly handle: SchedulerHandle;
  /** What holds for pods that say nothing themselves. */
  readonly defaults: (pod: PodInfo) => readonly SpreadConstraint[];
  /** A node must have every key, unless they are only the system's. */
  readonly requiresAll: (pod: PodInfo) => boolean;
  readonly isEligible: (pod: PodInfo, node: NodeInfo, constraint: SpreadConstraint) => boolean;
  readonly hasAllKeys: (node: NodeInfo, constraints: readonly SpreadConstraint[]) => boolean;
}

export function scoreState(
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  { handle, defaults, requiresAll: requires, isEligible, hasAllKeys }: SpreadParts,
): 'skip' | { readonly state: SpreadScoreState } {
  // A node without a zone can still be one of several hosts, unless somebody asks for zones.
  const requiresAll = requires(pod);
  const constraints = (pod.spread.length > 0 ? pod.spread : defaults(pod)).filter(({ isHard }) => !isHard);
  if (constraints.length === 0) return 'skip';
  const ignored = new Set<NodeInfo>();
  const counts = constraints.map(() => new Map<string, number>());
  const countings = constraints.map(({ selector }) => countingOf(selector, pod.namespace));
  for (const node of nodes) {
    if (requiresAll && !hasAllKeys(node, constraints)) {
      ignored.add(node);
      continue;
    }
    for (const [index, { topologyKey }] of constraints.entries()) {
      if (topologyKey !== hostname) counts[index]?.set(node.labels[topologyKey] ?? '', 0);
    }
  }
  const needsCounting = counts.some((of) => of.size > 1 || (of.size === 1 && !of.has('')));
  for (const node of needsCounting ? handle.nodes.all : []) {
    if (node.pods.length === 0 || (requiresAll && !hasAllKeys(node, constraints))) continue;
    for (const [index, constraint] of constraints.entries()) {
      const value = node.labels[constraint.topologyKey] ?? '';
      const count = counts[index]?.get(value);
      if (count === undefined || !isEligible(pod, node, constraint)) continue;
      const counting = countings[index];
      if (counting !== undefined) counts[index]?.set(value, count + countMatching(node, counting));
    }
  }
  const scored = constraints.map((constraint, index) => {
    const of = counts[index] ?? new Map<string, number>();
    const domains = constraint.topologyKey === hostname ? nodes.length - ignored.size : of.size;
    const counting = countings[index] ?? countingOf(constraint.selector, pod.namespace);
    return { constraint, counting, counts: of, weight: Math.log(domains + 2) };
  });
  return { state: { scored, ignored } };
}

export function scoreSpread(_pod: PodInfo, node: NodeInfo, { scored, ignored }: SpreadScoreState): number {
  if (ignored.has(node)) return 0;
  let score = 0;
  for (const { constraint, counting, counts, weight } of scored) {
    const value = node.labels[constraint.topologyKey];
    if (value === undefined) continue;
    const count = constraint.topologyKey === hostname ? countMatching(node, counting) : (counts.get(value) ?? 0);
    score += count * weight + constraint.maxSkew - 1;
  }
  return Math.round(score);
}

export function normalizeSpread(scores: number[], { ignored }: SpreadScoreState, nodes: readonly NodeInfo[]): void {
  let least = Number.MAX_SAFE_INTEGER;
  let most = 0;
  const isIgnored = (index: number): boolean => {
    const node = nodes[index];
    return ignored.size > 0 && node !== undefined && ignored.has(node);
  };
  for (const [index, score] of scores.entries()) {
    if (isIgnored(index)) continue;
    if (score < least) least = score;
    if (score > most) most = score;
  }
  for (const [index, score] of scores.entries()) {
    if (isIgnored(index)) scores[index] = 0;
    else scores[index] = most === 0 ? MAX_NODE_SCORE : Math.trunc((MAX_NODE_SCORE * (most + least - score)) / most);
  }
}

/** Whose pods are counted. */
export interface Counting {
  readonly selector: KeyedMatcher;
  readonly namespace: string;
  readonly key: string;
}

export function countingOf(selector: KeyedMatcher, namespace: string): Counting {
  return { selector, namespace, key: `${namespace}/${selector.key}` };
}

/** A node that has not changed has as many pods that match: only one on which something happened is counted anew. */
const counted = new WeakMap<NodeInfo, Map<string, number>>();
/** Counts kept of a node; of more, all are made anew. */
const countsKept = 64;

export function countMatching(node: NodeInfo, counting: Counting): number {
  if (node.pods.length === 0) return 0;
  let known = counted.get(node);
  if (known === undefined) counted.set(node, (known = new Map<string, number>()));
  let count = known.get(counting.key);
  if (count === undefined) {
    if (known.size >= countsKept) known.clear();
    known.set(counting.key, (count = countPods(node, counting)));
  }
  return count;
}

/** Pods that are on their way out do not count. */
function countPods({ pods }: NodeInfo, { selector, namespace }: Counting): number {
  let count = 0;
  for (const pod of pods) {
    if (pod.namespace === namespace && !pod.isTerminating && selector.matches(pod.labels)) count++;
  }
  return count;
}
