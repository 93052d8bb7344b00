/** NodeResourcesFit: what a pod asks for must be free; what else a node is worth for it, a scoring strategy says. */
import type { NodeInfo, Plugin, PodInfo, Rejection } from '../../interface.ts';
import type { PluginArgs } from '../../profile-settings.ts';
import { scoringOf } from './resource-scoring.ts';

type Args = PluginArgs['NodeResourcesFit'];

/** By the reasons' text: so few that none is made twice. */
const rejections = new Map<string, Rejection>();

function insufficient(reasons: readonly string[], isFinal: boolean): Rejection {
  const key = `${isFinal}|${reasons.join('|')}`;
  let rejection = rejections.get(key);
  if (rejection === undefined) rejections.set(key, (rejection = Object.freeze({ reasons, isFinal })));
  return rejection;
}

function rejectionOf(pod: PodInfo, node: NodeInfo, isIgnored: (name: string) => boolean): Rejection {
  const { requests } = pod;
  const { allocatable, requested } = node;
  const reasons: string[] = [];
  let isFinal = false;
  const check = (what: string, asked: number, has: number, used: number): void => {
    if (asked === 0 || asked <= has - used) return;
    reasons.push(`Insufficient ${what}`);
    if (asked > has) isFinal = true;
  };
  if (node.pods.length + 1 > node.maxPods) reasons.push('Too many pods');
  check('cpu', requests.cpu, allocatable.cpu, requested.cpu);
  check('memory', requests.memory, allocatable.memory, requested.memory);
  check('ephemeral-storage', requests.ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage);
  for (const [name, asked] of requests.scalars) {
    if (isIgnored(name)) continue;
    check(name, asked, allocatable.scalars.get(name) ?? 0, requested.scalars.get(name) ?? 0);
  }
  return insufficient(reasons, isFinal);
}

export function nodeResourcesFit({ ignoredResources, ignoredResourceGroups, scoringStrategy }: Args): Plugin {
  const isIgnored = (name: string) =>
    ignoredResources.has(name) || (name.includes('/') && ignoredResourceGroups.has(name.split('/')[0] ?? ''));
  return {
    name: 'NodeResourcesFit',
    weight: 1,
    wakesOn: ['pod deleted', 'pod shrunk', 'node added', 'node allocatable changed'],
    filter(pod, node) {
      const { requests } = pod;
      const { allocatable, requested } = node;
      const fits =
        node.pods.length < node.maxPods &&
        (requests.cpu === 0 || requests.cpu <= allocatable.cpu - requested.cpu) &&
        (requests.memory === 0 || requests.memory <= allocatable.memory - requested.memory) &&
        (requests.ephemeralStorage === 0 ||
          requests.ephemeralStorage <= allocatable.ephemeralStorage - requested.ephemeralStorage) &&
        requests.scalars.size === 0;
      if (fits) return undefined;
      const rejection = rejectionOf(pod, node, isIgnored);
      return rejection.reasons.length === 0 ? undefined : rejection;
    },
    score: scoringOf(scoringStrategy),
  };
}
