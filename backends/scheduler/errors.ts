/** Why no node will do, as events and conditions say it: the reasons of all nodes, counted. */
import type { Rejection } from './interface.ts';

/** "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable." */
export function noFitMessage(nodes: number, rejections: Iterable<Rejection | undefined>): string {
  const counts = new Map<string, number>();
  for (const rejection of rejections) {
    for (const reason of rejection?.reasons ?? []) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const lines = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  const head = `0/${nodes} nodes are available:`;
  return lines.length === 0 ? head : `${head} ${lines.join(', ')}.`;
}
