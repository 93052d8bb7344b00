/** Sets of completion indexes as ordered intervals; as text, "1,3-5,7". */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

export type Intervals = readonly Interval[];

/** What is malformed or not below `completions` is passed over. */
export function parseIntervals(text: string | undefined, completions: number): Intervals {
  const found: Interval[] = [];
  for (const part of (text ?? '').split(',')) {
    const [, from, to = from] = /^([0-9]+)(?:-([0-9]+))?$/.exec(part) ?? [];
    if (from === undefined) continue;
    const first = Number(from);
    if (first >= completions) break;
    const last = Math.min(Number(to), completions - 1);
    const before = found.at(-1);
    if (before?.last === first - 1) found[found.length - 1] = { first: before.first, last };
    else found.push({ first, last });
  }
  return found;
}

export function formatIntervals(intervals: Intervals): string {
  const parts = intervals.map(({ first, last }) => {
    if (first === last) return String(first);
    return last === first + 1 ? `${first},${last}` : `${first}-${last}`;
  });
  return parts.join(',');
}

export function mergeIntervals(a: Intervals, b: Intervals): Intervals {
  const merged: Interval[] = [];
  for (const interval of [...a, ...b].toSorted((x, y) => x.first - y.first)) {
    const before = merged.at(-1);
    if (before === undefined || interval.first > before.last + 1) merged.push(interval);
    else if (before.last < interval.last) merged[merged.length - 1] = { first: before.first, last: interval.last };
  }
  return merged;
}

export function withIndexes(intervals: Intervals, indexes: Iterable<number>): Intervals {
  return mergeIntervals(
    intervals,
    [...new Set(indexes)].map((index) => ({ first: index, last: index })),
  );
}

export function countIndexes(intervals: Intervals): number {
  return intervals.reduce((total, { first, last }) => total + last - first + 1, 0);
}

export function hasIndex(intervals: Intervals, index: number): boolean {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle]?.last ?? 0) >= index) high = middle;
    else low = middle + 1;
  }
  const found = intervals[low];
  return found !== undefined && found.first <= index;
}

/** How many indexes both have. */
export function countShared(a: Intervals, b: Intervals): number {
  let shared = 0;
  for (let i = 0, j = 0; ; ) {
    const [x, y] = [a[i], b[j]];
    if (x === undefined || y === undefined) return shared;
    shared += Math.max(0, Math.min(x.last, y.last) - Math.max(x.first, y.first) + 1);
    if (x.last <= y.last) i++;
    if (y.last <= x.last) j++;
  }
}

/** The lowest indexes below `completions` that are not in it. */
export function firstMissing(
  intervals: Intervals,
  { count, completions }: { count: number; completions: number },
): number[] {
  const missing: number[] = [];
  let candidate = 0;
  for (const { first, last } of [...intervals, { first: completions, last: completions }]) {
    for (; candidate < first && candidate < completions && missing.length < count; candidate++) missing.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return missing;
}
