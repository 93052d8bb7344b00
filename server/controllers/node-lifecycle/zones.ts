/** How fast nodes may be emptied: slower where so many are silent that the fault is likely elsewhere. */
import type { Node } from '../../client/api-types.ts';
import { conditionOf } from './node-health.ts';

export type ZoneState = 'normal' | 'partial' | 'full';

/** Source: upstream's defaults of --node-eviction-rate and its kin. */
const rates = { usual: 0.1, secondary: 0.01 };
const largeCluster = 50;
const unhealthyPart = 0.55;

export function zoneOf({ metadata }: Node): string {
  const of = (name: string) => metadata.labels?.[`topology.kubernetes.io/${name}`] ?? '';
  return `${of('region')}:${of('zone')}`;
}

export function zoneState(nodes: readonly Node[]): ZoneState {
  const silent = nodes.filter((node) => conditionOf(node, 'Ready')?.status !== 'True').length;
  if (silent > 0 && silent === nodes.length) return 'full';
  return silent > 2 && silent / nodes.length >= unhealthyPart ? 'partial' : 'normal';
}

/** Nodes a second, by zone; 0: none are emptied. */
export function evictionRates(nodes: readonly Node[]): Map<string, number> {
  const zones = Map.groupBy(nodes, zoneOf);
  const states = new Map([...zones].map(([zone, members]) => [zone, zoneState(members)]));
  // Where nobody is heard, it is the hearing.
  const allSilent = states.size > 0 && [...states.values()].every((state) => state === 'full');
  return new Map(
    [...zones].map(([zone, members]) => {
      if (allSilent) return [zone, 0];
      if (states.get(zone) === 'partial') return [zone, members.length > largeCluster ? rates.secondary : 0];
      return [zone, rates.usual];
    }),
  );
}
