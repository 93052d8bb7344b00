/** The range that service addresses come from; its first address belongs to the kubernetes service. */
import { isIP } from 'node:net';

/** First usable address of a CIDR. @throws Error for anything that is not one. */
export function firstServiceAddress(cidrs: string): string {
  const [cidr = ''] = cidrs.split(',');
  const [network = '', bits = ''] = cidr.trim().split('/');
  const family = isIP(network);
  const prefix = Number(bits);
  if (family === 0 || bits === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 30 : 126)) {
    throw new Error(`--service-cluster-ip-range: ${cidr} is not a range of addresses such as 10.0.0.0/24`);
  }
  if (family === 6) return network.endsWith('::') ? `${network}1` : network;
  const value = network.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const base = Math.floor(value / 2 ** (32 - prefix)) * 2 ** (32 - prefix) + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.');
}
