/** A plugin that acts at some of its extension points only. */
import type { Plugin } from '../interface.ts';
import { type ExtensionPoint, extensionPoints } from '../profile-settings.ts';

export function restrictTo(plugin: Plugin, points: ReadonlySet<ExtensionPoint>): Plugin {
  const restricted = { ...plugin };
  for (const point of extensionPoints) {
    if (points.has(point)) continue;
    if (point === 'queueSort') delete restricted.less;
    else delete restricted[point];
    if (point === 'reserve') delete restricted.unreserve;
  }
  // What the other half has worked out is needed, though it may not reject anything by itself.
  if (plugin.preFilter !== undefined && points.has('filter') && !points.has('preFilter')) {
    restricted.preFilter = (pod) => {
      const result = plugin.preFilter?.(pod) ?? 'skip';
      return typeof result === 'object' && 'state' in result ? { state: result.state } : 'skip';
    };
  }
  if (plugin.preScore !== undefined && points.has('score') && !points.has('preScore')) {
    restricted.preScore = (pod, nodes) => plugin.preScore?.(pod, nodes) ?? 'skip';
  }
  return restricted;
}
