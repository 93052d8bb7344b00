/** One decision: the node for a pod, or why there is none. Nothing waits here, so that the cluster does not change meanwhile. */
import type { NodeInfo, PodInfo, PostFilterContext, Rejection } from '../../backends/scheduler/interface.ts';
import { noFitMessage } from '../../backends/scheduler/errors.ts';
import { MIN_FEASIBLE_NODES, MIN_PERCENTAGE_OF_NODES } from './limits.ts';
import type { Nominator } from './nominator.ts';
import type { FilterCycle, ProfileRunner, Rejected } from './profile-runner.ts';
import type { SchedulerCache } from './scheduler-cache.ts';

export interface Found {
  readonly node: NodeInfo;
  readonly evaluated: number;
  readonly feasible: number;
}

export interface NotFound {
  /** Without what preemption has to say. */
  readonly message: string;
  readonly rejectedBy: ReadonlySet<string>;
  /** For plugins that could change it; undefined: there is no node at all. */
  readonly context: PostFilterContext | undefined;
}

/** Between looking for nodes that fit and choosing one of them. */
export interface Search {
  readonly pod: PodInfo;
  readonly profile: ProfileRunner;
  readonly cycle: FilterCycle;
  readonly rejected: Map<NodeInfo, Rejected>;
  feasible: readonly NodeInfo[];
  /** Only the node was looked at where room was made for it. */
  readonly isNominated: boolean;
}

export interface FindNodeParts {
  readonly cache: SchedulerCache;
  readonly nominator: Nominator;
  /** In [0, 1). */
  readonly random: () => number;
  /** Others have a say: one node that fits is not enough. */
  readonly hasExtenders?: boolean;
  /** Told what every feasible node is worth, for those who compare decisions. */
  readonly onScores?: (nodes: readonly NodeInfo[], scores: Float64Array) => void;
}

export class NodeFinder {
  readonly #parts: FindNodeParts;
  /** Where the last search ended: all nodes get their chance. */
  #start = 0;

  constructor(parts: FindNodeParts) {
    this.#parts = parts;
  }

  find(pod: PodInfo, profile: ProfileRunner): Found | NotFound {
    const search = this.search(pod, profile);
    return 'feasible' in search ? this.decide(search) : search;
  }

  /** The nodes that fit; of a pod for which room was made, only that node, if it fits. */
  search(
    pod: PodInfo,
    profile: ProfileRunner,
    { ignoresNomination = false }: { readonly ignoresNomination?: boolean } = {},
  ): Search | NotFound {
    const { cache } = this.#parts;
    if (cache.all.length === 0) {
      return { message: 'no nodes available to schedule pods', rejectedBy: new Set(), context: undefined };
    }
    const cycle = profile.preFilter(pod);
    if ('rejection' in cycle) return this.#rejectedByAll(cycle);
    const rejected = new Map<NodeInfo, Rejected>();
    const hasNomination = pod.nominatedNodeName !== '' && !ignoresNomination;
    const nominated = hasNomination ? cache.get(pod.nominatedNodeName) : undefined;
    // Room was made for it there.
    if (nominated !== undefined && this.#test(profile, cycle, nominated) === undefined) {
      return { pod, profile, cycle, rejected, feasible: [nominated], isNominated: true };
    }
    const feasible = this.#feasible(profile, cycle, rejected);
    return { pod, profile, cycle, rejected, feasible, isNominated: false };
  }

  /** `points`: of others than plugins, by node. */
  decide({ pod, profile, cycle, rejected, feasible }: Search, points?: ReadonlyMap<string, number>): Found | NotFound {
    const [first] = feasible;
    if (first === undefined) return this.#noneFits(profile, cycle, rejected);
    const evaluated = feasible.length + rejected.size;
    if (feasible.length === 1) return { node: first, evaluated, feasible: 1 };
    const node = this.#best(profile, pod, feasible, points) ?? first;
    return { node, evaluated, feasible: feasible.length };
  }

  #feasible(profile: ProfileRunner, cycle: FilterCycle, rejected: Map<NodeInfo, Rejected>): NodeInfo[] {
    const { all } = this.#parts.cache;
    const candidates =
      cycle.nodes === undefined ? all : cycle.nodes.flatMap((name) => this.#parts.cache.get(name) ?? []);
    const wanted =
      profile.hasScores || this.#parts.hasExtenders === true
        ? nodesToFind(candidates.length, profile.percentageOfNodesToScore)
        : 1;
    const feasible: NodeInfo[] = [];
    let looked = 0;
    for (; looked < candidates.length && feasible.length < wanted; looked++) {
      const node = candidates[(this.#start + looked) % candidates.length];
      if (node === undefined) continue;
      const rejection = this.#test(profile, cycle, node);
      if (rejection === undefined) feasible.push(node);
      else rejected.set(node, rejection);
    }
    if (cycle.nodes === undefined) this.#start = (this.#start + looked) % candidates.length;
    return feasible;
  }

  /** Also with the pods for which room was made on the node: it must fit with them and without them. */
  #test(profile: ProfileRunner, cycle: FilterCycle, node: NodeInfo): Rejected | undefined {
    const others = this.#parts.nominator
      .at(node.name)
      .filter(({ uid, priority }) => uid !== cycle.pod.uid && priority >= cycle.pod.priority);
    if (others.length > 0) {
      const simulation = profile.simulate(cycle, node);
      for (const other of others) simulation.add(other);
      const rejected = simulation.rejected();
      if (rejected !== undefined) return rejected;
    }
    return profile.filter(cycle, node);
  }

  #best(
    profile: ProfileRunner,
    pod: PodInfo,
    feasible: readonly NodeInfo[],
    points: ReadonlyMap<string, number> | undefined,
  ): NodeInfo | undefined {
    const scores = profile.scores(pod, feasible);
    if (points !== undefined) {
      for (const [at, { name }] of feasible.entries()) scores[at] = (scores[at] ?? 0) + (points.get(name) ?? 0);
    }
    this.#parts.onScores?.(feasible, scores);
    let best = 0;
    let ties = 1;
    for (let at = 1; at < feasible.length; at++) {
      const difference = (scores[at] ?? 0) - (scores[best] ?? 0);
      if (difference > 0) {
        best = at;
        ties = 1;
      } else if (difference === 0 && this.#parts.random() * ++ties < 1) best = at;
    }
    return feasible[best];
  }

  #rejectedByAll({ rejection, plugin }: Rejected): NotFound {
    const { all } = this.#parts.cache;
    return {
      message: `0/${all.length} nodes are available: ${rejection.reasons.join(', ')}.`,
      rejectedBy: new Set([plugin]),
      context: {
        rejectedBefore: plugin,
        nodesLookedAt: all,
        rejection: () => rejection,
        simulate: () => ({ remove: () => undefined, add: () => undefined, fits: () => rejection }),
      },
    };
  }

  #noneFits(profile: ProfileRunner, cycle: FilterCycle, rejected: ReadonlyMap<NodeInfo, Rejected>): NotFound {
    const { all } = this.#parts.cache;
    const names = cycle.narrowedBy.toSorted().join(' ');
    const others: Rejection = { reasons: [`node(s) didn't satisfy plugin(s) [${names}]`], isFinal: true };
    const rejectionOf = (node: NodeInfo) =>
      rejected.get(node)?.rejection ?? (cycle.nodes === undefined ? undefined : others);
    const rejectedBy = new Set([...rejected.values()].map(({ plugin }) => plugin));
    if (cycle.nodes !== undefined) for (const name of cycle.narrowedBy) rejectedBy.add(name);
    return {
      message: noFitMessage(all.length, all.map(rejectionOf)),
      rejectedBy,
      context: {
        nodesLookedAt: [...rejected.keys()],
        rejection: rejectionOf,
        simulate: (node) => profile.simulate(cycle, node),
      },
    };
  }
}

/** Of large clusters a part is enough, the smaller the larger they are. */
export function nodesToFind(nodes: number, percentage: number): number {
  if (nodes < MIN_FEASIBLE_NODES) return nodes;
  const share = percentage > 0 ? percentage : Math.max(MIN_PERCENTAGE_OF_NODES, 50 - Math.floor(nodes / 125));
  return Math.max(MIN_FEASIBLE_NODES, Math.floor((nodes * share) / 100));
}
