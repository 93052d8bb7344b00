/** Where a service is reached, and who answers there: pure, from the service and its endpoint slices. */
import type { EndpointSlice, Service } from '../client/api-types.ts';

export interface Target {
  readonly address: string;
  readonly port: number;
}

/** One address and port that leads to endpoints. */
export interface Front extends Target {
  readonly protocol: 'TCP' | 'UDP';
  /** Never empty: where nobody answers, nobody listens. */
  readonly targets: readonly Target[];
  /** For how long one client goes on to one endpoint; 0: each time to the next. */
  readonly affinitySeconds: number;
}

export interface FrontParts {
  readonly slices: readonly EndpointSlice[];
  /** Where node ports are reached. */
  readonly nodeAddresses: readonly string[];
}

/** Upstream's default. */
const usualAffinity = 10_800;

export function frontsOf({ spec }: Service, { slices, nodeAddresses }: FrontParts): Front[] {
  const {
    clusterIP = '',
    clusterIPs = [clusterIP],
    ports = [],
    type,
    sessionAffinity,
    sessionAffinityConfig,
  } = spec ?? {};
  if (type === 'ExternalName') return [];
  const affinitySeconds =
    sessionAffinity === 'ClientIP' ? (sessionAffinityConfig?.clientIP?.timeoutSeconds ?? usualAffinity) : 0;
  const own = [...clusterIPs, ...(spec?.externalIPs ?? [])].filter(isIpv4);
  return ports.flatMap(({ name = '', protocol = 'TCP', port, nodePort = 0 }) => {
    if (protocol !== 'TCP' && protocol !== 'UDP') return [];
    const targets = targetsOf(slices, name, protocol);
    if (targets.length === 0) return [];
    const same = { protocol, targets, affinitySeconds } as const;
    return [
      ...own.map((address) => ({ address, port, ...same })),
      ...(nodePort === 0 ? [] : nodeAddresses.map((address) => ({ address, port: nodePort, ...same }))),
    ];
  });
}

/** Those that are ready; where there are none, those that still serve while they end. */
function targetsOf(slices: readonly EndpointSlice[], portName: string, protocol: string): Target[] {
  const ready: Target[] = [];
  const ending: Target[] = [];
  for (const { addressType, ports, endpoints } of slices) {
    const found = ports?.find(({ name = '', protocol: of = 'TCP' }) => name === portName && of === protocol);
    if (addressType !== 'IPv4' || found?.port === undefined) continue;
    for (const { addresses, conditions } of endpoints ?? []) {
      const [address] = addresses;
      if (address === undefined) continue;
      if (conditions?.ready !== false) ready.push({ address, port: found.port });
      else if (conditions.serving === true && conditions.terminating === true)
        ending.push({ address, port: found.port });
    }
  }
  return distinct(ready.length > 0 ? ready : ending);
}

/** In an order of their own, so that it changes only with them. */
function distinct(targets: readonly Target[]): Target[] {
  const byText = new Map(targets.map((target) => [`${target.address}:${target.port}`, target] as const));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target);
}

function isIpv4(address: string): boolean {
  return address.includes('.');
}
