/** The ranges that service addresses come from; the first address of the first belongs to the kubernetes service. */
import { type AddressRange, parseAddressRange } from '../apiserver/registry/core/services/allocator/address-range.ts';
import { formatCidr, parseCidr } from '../apis/validation/ip.ts';
import type { ServiceRangeOptions } from '../apiserver/bootstrap/service-network.ts';

/** "10.0.0.0/24" or "10.0.0.0/24,fd00::/112". @throws Error for anything else */
export function parseServiceRanges(text: string): Omit<ServiceRangeOptions, 'nodePorts'> {
  const ranges = text.split(',').map((cidr) => parseRange(cidr.trim()));
  const [first, second] = ranges;
  if (first === undefined || ranges.length > 2 || first.family === second?.family) {
    throw new Error(`--service-cluster-ip-range: ${text} is not one range, or one of each family`);
  }
  return {
    cidrs: ranges.map(({ cidr }) => cidr),
    families: ranges.map(({ family }) => family),
    firstAddress: first.firstAddress,
  };
}

/** At least eight addresses, and in IPv6 at most as many as a prefix of 64 has, as upstream. */
function parseRange(cidr: string): AddressRange {
  const block = parseCidr(cidr);
  const range = block === undefined ? undefined : parseAddressRange(formatCidr(block));
  if (block === undefined || range === undefined || block.prefixLength > (range.family === 'IPv4' ? 29 : 125)) {
    throw new Error(`--service-cluster-ip-range: ${cidr} is not a range of addresses such as 10.0.0.0/24`);
  }
  return range;
}
