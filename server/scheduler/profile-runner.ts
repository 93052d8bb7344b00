/** Runs the plugins of one profile at their extension points, with what each has worked out for the pod of this cycle. */
import type {
  NodeInfo,
  NodeSimulation,
  Plugin,
  PodInfo,
  PostFilterContext,
  PostFilterResult,
  Rejection,
  SchedulingProfile,
} from '../../backends/scheduler/interface.ts';
import { withoutPod, withPod } from './compile/node-info.ts';

/** A plugin that takes part in filtering this pod, with its state. */
interface ActiveFilter {
  readonly plugin: Plugin;
  readonly state: unknown;
}

/** What filtering a pod needs beyond a node. */
export interface FilterCycle {
  readonly pod: PodInfo;
  readonly filters: readonly ActiveFilter[];
  /** Undefined: all nodes. */
  readonly nodes: readonly string[] | undefined;
  /** Plugins that have said which nodes. */
  readonly narrowedBy: readonly string[];
}

export interface Rejected {
  readonly rejection: Rejection;
  readonly plugin: string;
}

/** @throws Error that names the plugin */
function filtered(
  plugin: Plugin,
  { pod, node, state }: { readonly pod: PodInfo; readonly node: NodeInfo; readonly state: unknown },
): Rejection | undefined {
  try {
    return plugin.filter?.(pod, node, state);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`running ${JSON.stringify(plugin.name)} filter plugin: ${why}`, { cause: error });
  }
}

export class ProfileRunner {
  readonly schedulerName: string;
  readonly plugins: readonly Plugin[];
  readonly percentageOfNodesToScore: number;
  readonly #scoring: readonly Plugin[];
  readonly #filtering: readonly Plugin[];

  constructor({ schedulerName, plugins, percentageOfNodesToScore = 0 }: SchedulingProfile) {
    this.schedulerName = schedulerName;
    this.plugins = plugins;
    this.percentageOfNodesToScore = percentageOfNodesToScore;
    this.#scoring = plugins.filter((plugin) => plugin.score !== undefined);
    this.#filtering = plugins.filter((each) => each.filter !== undefined || each.preFilter !== undefined);
  }

  get hasScores(): boolean {
    return this.#scoring.length > 0;
  }

  preFilter(pod: PodInfo): FilterCycle | Rejected {
    const filters: ActiveFilter[] = [];
    const narrowedBy: string[] = [];
    let nodes: readonly string[] | undefined;
    for (const plugin of this.#filtering) {
      const result = plugin.preFilter?.(pod) ?? { state: undefined };
      if (result === 'skip') continue;
      if ('reasons' in result) return { rejection: result, plugin: plugin.name };
      filters.push({ plugin, state: result.state });
      if (result.nodes === undefined) continue;
      const named = result.nodes;
      narrowedBy.push(plugin.name);
      nodes = nodes === undefined ? named : nodes.filter((name) => named.includes(name));
    }
    return { pod, filters, nodes, narrowedBy };
  }

  /** Undefined: the pod fits. */
  filter({ pod, filters }: FilterCycle, node: NodeInfo): Rejected | undefined {
    for (const { plugin, state } of filters) {
      const rejection = filtered(plugin, { pod, node, state });
      if (rejection !== undefined) return { rejection, plugin: plugin.name };
    }
    return undefined;
  }

  /** A node with other pods than it has. */
  simulate(cycle: FilterCycle, node: NodeInfo): NodeSimulation & { rejected(): Rejected | undefined } {
    let simulated = node;
    let { filters } = cycle;
    const change = (pod: PodInfo, by: 1 | -1): void => {
      simulated = by === 1 ? withPod(simulated, pod) : withoutPod(simulated, pod);
      filters = filters.map(({ plugin, state }) => ({
        plugin,
        state: plugin.withPod === undefined ? state : plugin.withPod(cycle.pod, state, { pod, node, by }),
      }));
    };
    const rejected = () => this.filter({ ...cycle, filters }, simulated);
    return {
      remove: (pod) => change(pod, -1),
      add: (pod) => change(pod, 1),
      fits: () => rejected()?.rejection,
      rejected,
    };
  }

  /** Each plugin in turn, until one can make room; undefined: none has anything to say. */
  async postFilter(pod: PodInfo, context: PostFilterContext): Promise<PostFilterResult | undefined> {
    const messages: string[] = [];
    let last: PostFilterResult | undefined;
    for (const plugin of this.plugins) {
      if (plugin.postFilter === undefined) continue;
      last = await plugin.postFilter(pod, context);
      if (last.nominatedNode !== undefined || last.isFinal === true) return last;
      if (last.message !== '') messages.push(last.message);
    }
    return last === undefined ? undefined : { ...last, message: messages.join(', ') };
  }

  /** The sum of all plugins' scores for each node. */
  scores(pod: PodInfo, nodes: readonly NodeInfo[]): Float64Array {
    const totals = new Float64Array(nodes.length);
    for (const plugin of this.#scoring) {
      const prepared = plugin.preScore?.(pod, nodes) ?? { state: undefined };
      if (prepared === 'skip') continue;
      const scores = new Array<number>(nodes.length);
      for (let at = 0; at < nodes.length; at++) {
        const node = nodes[at];
        scores[at] = node === undefined ? 0 : (plugin.score?.(pod, node, prepared.state) ?? 0);
      }
      plugin.normalize?.(scores, prepared.state, nodes);
      const { weight = 1 } = plugin;
      for (let at = 0; at < nodes.length; at++) totals[at] = (totals[at] ?? 0) + (scores[at] ?? 0) * weight;
    }
    return totals;
  }

  /** Those that have agreed already are told if one does not. */
  reserve(pod: PodInfo, node: NodeInfo): Rejected | undefined {
    for (const plugin of this.plugins) {
      const rejection = plugin.reserve?.(pod, node);
      if (rejection === undefined) continue;
      this.unreserve(pod, node);
      return { rejection, plugin: plugin.name };
    }
    return undefined;
  }

  unreserve(pod: PodInfo, node: NodeInfo): void {
    for (const plugin of this.plugins.toReversed()) plugin.unreserve?.(pod, node);
  }

  /** `binder`: asked before the plugins; false: it leaves it to them. @throws what the plugins throw */
  async bind(pod: PodInfo, node: string, binder?: (node: string) => Promise<boolean>): Promise<void> {
    for (const plugin of this.plugins) await plugin.permit?.(pod, node);
    for (const plugin of this.plugins) await plugin.preBind?.(pod, node);
    if (binder !== undefined && (await binder(node))) {
      for (const each of this.plugins) each.postBind?.(pod, node);
      return;
    }
    for (const plugin of this.plugins) {
      const binding = plugin.bind?.(pod, node);
      if (binding === undefined) continue;
      await binding;
      for (const each of this.plugins) each.postBind?.(pod, node);
      return;
    }
    throw new Error(`profile ${this.schedulerName} has no plugin that binds`);
  }

  gateOf(pod: PodInfo): string | undefined {
    return this.plugins.find((plugin) => plugin.preEnqueue?.(pod) !== undefined)?.name;
  }
}
