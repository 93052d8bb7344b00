/** Where a request says that it comes from, proxies first told; the connection's own address always ends the list. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv4 } from 'node:net';

export function sourceIps(headers: IncomingHttpHeaders, remoteAddress: string | undefined): readonly string[] {
  const forwarded = headers['x-forwarded-for'];
  const real = headers['x-real-ip'];
  if (forwarded === undefined && real === undefined) return alone(remoteAddress ?? '');
  const remote = plainAddress(remoteAddress ?? '');
  const found: string[] = [];
  for (const part of String(forwarded ?? '').split(',')) {
    const address = plainAddress(part.trim());
    if (address !== undefined) found.push(address);
  }
  const told = plainAddress(String(real ?? ''));
  if (told !== undefined && !found.includes(told)) found.push(told);
  if (remote !== undefined && found.at(-1) !== remote) found.push(remote);
  return found;
}

/** Of the connection that was asked about last: most requests come from where the one before came from. */
let known = { address: '', ips: [] as readonly string[] };

function alone(address: string): readonly string[] {
  if (known.address === address) return known.ips;
  const plain = plainAddress(address);
  known = { address, ips: plain === undefined ? [] : [plain] };
  return known.ips;
}

/** As Go prints it: IPv4 in IPv6 as IPv4, IPv6 in its short form. Undefined: no address. */
function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(text) !== 6 || text.includes('%')) return undefined;
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}
