/** How long nodes may keep Secrets and ConfigMaps before they look again, by the size of the cluster. */

interface Step {
  /** Nodes below which the step before is enough, and above which the next is due. */
  readonly least: number;
  readonly most: number;
  readonly seconds: number;
}

/** Overlapping, so that a cluster at a border does not change its mind with each node; source: upstream. */
const steps: readonly Step[] = [
  { least: 0, most: 100, seconds: 0 },
  { least: 90, most: 500, seconds: 15 },
  { least: 450, most: 1000, seconds: 30 },
  { least: 900, most: 2000, seconds: 60 },
  { least: 1800, most: 10_000, seconds: 300 },
  { least: 9000, most: Infinity, seconds: 600 },
];

/** Starts small; `step` is what it was before. */
export function stepFor(nodes: number, step: number): number {
  let now = step;
  while (nodes > (steps[now]?.most ?? Infinity)) now++;
  while (nodes < (steps[now]?.least ?? 0)) now--;
  return now;
}

export function secondsOf(step: number): number {
  return steps[step]?.seconds ?? 0;
}
