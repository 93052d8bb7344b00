/** What a kubelet says that its node, pods and containers use: upstream's stats/v1alpha1 Summary, as far as metrics are made of it. Pure. */

export interface Usage {
  readonly cpuNanoCores: number;
  readonly memoryBytes: number;
}

export interface Measured {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly usage: Usage;
}

export interface NodeSummary {
  /** Undefined: it has not been measured yet. */
  readonly node: Measured | undefined;
  /** By the pod's uid: its containers by name, each of which has been measured. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Measured>>;
}

interface StatsOfOne {
  readonly cpu?: { readonly time?: string; readonly usageNanoCores?: number };
  readonly memory?: { readonly time?: string; readonly workingSetBytes?: number };
}

interface Summary {
  readonly node?: StatsOfOne;
  readonly pods?: ReadonlyArray<{
    readonly podRef?: { readonly uid?: string };
    readonly containers?: ReadonlyArray<StatsOfOne & { readonly name?: string }>;
  }>;
}

export function readSummary({ node, pods = [] }: Summary): NodeSummary {
  const byPod = new Map<string, ReadonlyMap<string, Measured>>();
  for (const { podRef, containers = [] } of pods) {
    const measured = containers.map((each) => [each.name ?? '', measuredOf(each)] as const);
    // A pod of which one container is silent would seem to use less than it does.
    if (measured.every(isMeasured) && measured.length > 0) byPod.set(podRef?.uid ?? '', new Map(measured));
  }
  return { node: node === undefined ? undefined : measuredOf(node), pods: byPod };
}

function isMeasured(pair: readonly [string, Measured | undefined]): pair is readonly [string, Measured] {
  return pair[1] !== undefined;
}

function measuredOf({ cpu, memory }: StatsOfOne): Measured | undefined {
  const { usageNanoCores: cpuNanoCores, time = memory?.time } = cpu ?? {};
  const { workingSetBytes: memoryBytes } = memory ?? {};
  if (cpuNanoCores === undefined || memoryBytes === undefined || time === undefined) return undefined;
  return { at: Date.parse(time), usage: { cpuNanoCores, memoryBytes } };
}
