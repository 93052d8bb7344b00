/** Puts endpoints into slices with as few writes as possible: those that are there stay where they are, the rest fills up what has room. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { EndpointSlice } from '../../client/api-types.ts';

export type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];
export type EndpointPort = NonNullable<EndpointSlice['ports']>[number];

export interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface SliceChanges {
  readonly create: EndpointSlice[];
  readonly update: EndpointSlice[];
  readonly delete: EndpointSlice[];
}

export interface FitOptions {
  /** Of one address type. Endpoints with the same ports are in one group. */
  readonly groups: readonly PortGroup[];
  readonly existing: readonly EndpointSlice[];
  /** Endpoints of a slice. */
  readonly most: number;
  readonly newSlice: (ports: readonly EndpointPort[], endpoints: readonly Endpoint[]) => EndpointSlice;
  /** The slice as it should be but for its endpoints; the same object where it is. */
  readonly refresh: (slice: EndpointSlice) => EndpointSlice;
}

/** Sets of ports are the same whatever their order. */
export function portsKey(ports: readonly EndpointPort[]): string {
  const parts = ports.map(({ name = '', port, protocol = 'TCP', appProtocol = '' }) =>
    JSON.stringify([name, protocol, port ?? 0, appProtocol]),
  );
  return parts.toSorted().join();
}

export function fitSlices({ groups, existing, most, newSlice, refresh }: FitOptions): SliceChanges {
  const changes: SliceChanges = { create: [], update: [], delete: [] };
  const byPorts = Map.groupBy(existing, ({ ports }) => portsKey(ports ?? []));
  for (const group of groups) {
    const key = portsKey(group.ports);
    fitGroup(group, { slices: byPorts.get(key) ?? [], most, newSlice, refresh, changes });
    byPorts.delete(key);
  }
  for (const slices of byPorts.values()) changes.delete.push(...slices);
  // One that would go becomes one that would come: clients see a change rather than a gap.
  while (changes.delete.length > 0 && changes.create.length > 0) {
    const [old, made] = [changes.delete.pop(), changes.create.pop()];
    if (old === undefined || made === undefined) break;
    const { ports, endpoints } = made;
    changes.update.push({ ...refresh(old), ports, endpoints });
  }
  return changes;
}

function fitGroup(
  { ports, endpoints }: PortGroup,
  parts: Pick<FitOptions, 'most' | 'newSlice' | 'refresh'> & {
    slices: readonly EndpointSlice[];
    changes: SliceChanges;
  },
): void {
  const { slices, most, newSlice, refresh, changes } = parts;
  const left = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const kept = slices.map((slice) => {
    const now: Endpoint[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      const key = endpointKey(endpoint);
      const wanted = left.get(key);
      if (wanted === undefined) continue;
      left.delete(key);
      now.push(jsonEquals(wanted, endpoint) ? endpoint : wanted);
    }
    const changed =
      now.length !== slice.endpoints?.length || now.some((each, index) => each !== slice.endpoints?.[index]);
    return { slice, now, changed };
  });
  const rest = [...left.values()];
  // What is written anyway takes the new ones first, then the slice that they fill best.
  const open = kept.toSorted((a, b) => Number(b.changed) - Number(a.changed) || b.now.length - a.now.length);
  for (const each of open) {
    if (rest.length === 0) break;
    if (!each.changed && each.now.length + rest.length > most) continue;
    const room = rest.splice(0, most - each.now.length);
    if (room.length > 0) each.changed = true;
    each.now.push(...room);
  }
  while (rest.length > 0) changes.create.push(newSlice(ports, rest.splice(0, most)));
  for (const { slice, now, changed } of kept) {
    const fresh = refresh(slice);
    if (now.length === 0 && slice.endpoints !== undefined && endpoints.length > 0) changes.delete.push(slice);
    else if (changed || fresh !== slice) changes.update.push({ ...fresh, endpoints: now });
  }
}

function endpointKey({ addresses, targetRef, hostname = '' }: Endpoint): string {
  return [addresses.toSorted().join(), targetRef?.uid ?? '', targetRef?.name ?? '', hostname].join('|');
}
