/** IP addresses and networks, as Kubernetes has them in CEL: without zones, without IPv4 in IPv6. */
import { CelError } from '../cel-error.ts';
import { type FunctionDeclaration, global, member, type Overload } from '../function-table.ts';
import { BOOL, INT, opaque, STRING } from '../cel-type.ts';
import { CelOpaque, type CelValue } from '../values.ts';

export const IP = opaque('net.IP');
export const CIDR = opaque('net.CIDR');

class IpAddress extends CelOpaque {
  override readonly typeName = 'net.IP';
  readonly bits: bigint;
  readonly family: 4 | 6;

  constructor(bits: bigint, family: 4 | 6) {
    super();
    this.bits = bits;
    this.family = family;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof IpAddress && other.family === this.family && other.bits === this.bits;
  }

  /** Whether the first `length` bits are those of `prefix`. */
  startsWith(prefix: bigint, length: number): boolean {
    const rest = BigInt(this.width - length);
    return this.bits >> rest === prefix >> rest;
  }

  get width(): number {
    return this.family === 4 ? 32 : 128;
  }

  get text(): string {
    return this.family === 4 ? text4(this.bits) : text6(this.bits);
  }
}

class Network extends CelOpaque {
  override readonly typeName = 'net.CIDR';
  readonly address: IpAddress;
  readonly length: number;

  constructor(address: IpAddress, length: number) {
    super();
    this.address = address;
    this.length = length;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof Network && other.length === this.length && other.address.equals(this.address);
  }

  holds(address: IpAddress): boolean {
    return address.family === this.address.family && address.startsWith(this.address.bits, this.length);
  }

  get masked(): Network {
    const rest = BigInt(this.address.width - this.length);
    return new Network(new IpAddress((this.address.bits >> rest) << rest, this.address.family), this.length);
  }
}

function text4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join('.');
}

/** The longest run of zeros is left out, as RFC 5952 has it. */
function text6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((bits >> BigInt(112 - 16 * index)) & 0xffffn));
  let [best, size] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > size) [best, size] = [start, end - start];
  }
  const hex = groups.map((group) => group.toString(16));
  if (best < 0) return hex.join(':');
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + size).join(':')}`;
}

function parse4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function parse6(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0 || !text.includes(':')) return undefined;
  const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function parseIp(text: string): IpAddress | undefined {
  const four = parse4(text);
  if (four !== undefined) return new IpAddress(four, 4);
  const six = parse6(text);
  // IPv4 in IPv6 would be two texts for one address.
  return six === undefined || six >> 32n === 0xffffn ? undefined : new IpAddress(six, 6);
}

function parseNetwork(text: string): Network | undefined {
  const [address = '', length = '', ...more] = text.split('/');
  const ip = parseIp(address);
  if (ip === undefined || more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > ip.width)
    return undefined;
  return new Network(ip, Number(length));
}

function ipOf(value: CelValue | undefined): IpAddress {
  if (value instanceof IpAddress) return value;
  const text = String(value);
  const ip = parseIp(text);
  if (ip === undefined) {
    throw new CelError(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: unable to parse IP`,
    );
  }
  return ip;
}

function networkOf(value: CelValue | undefined): Network {
  if (value instanceof Network) return value;
  const text = String(value);
  const network = parseNetwork(text);
  if (network === undefined) {
    throw new CelError(`network address parse error during conversion from string: ${JSON.stringify(text)} is no CIDR`);
  }
  return network;
}

const v4 = (text: string): bigint => parse4(text) ?? 0n;
const v6 = (text: string): bigint => parse6(text) ?? 0n;

const isUnspecified = (ip: IpAddress): boolean => ip.bits === 0n;
const isLoopback = (ip: IpAddress): boolean => (ip.family === 4 ? ip.startsWith(v4('127.0.0.0'), 8) : ip.bits === 1n);
const isLinkLocal = (ip: IpAddress): boolean =>
  ip.family === 4 ? ip.startsWith(v4('169.254.0.0'), 16) : ip.startsWith(v6('fe80::'), 10);
const isMulticast = (ip: IpAddress): boolean =>
  ip.family === 4 ? ip.startsWith(v4('224.0.0.0'), 4) : ip.startsWith(v6('ff00::'), 8);
const isLinkLocalMulticast = (ip: IpAddress): boolean =>
  ip.family === 4 ? ip.startsWith(v4('224.0.0.0'), 24) : ((ip.bits >> 112n) & 0xff0fn) === 0xff02n;
const isGlobalUnicast = (ip: IpAddress): boolean =>
  !(isUnspecified(ip) || isLoopback(ip) || isMulticast(ip) || isLinkLocal(ip)) &&
  !(ip.family === 4 && ip.bits === v4('255.255.255.255'));

const test = (name: string, holds: (ip: IpAddress) => boolean): FunctionDeclaration =>
  member(name, [IP], BOOL, (ip) => holds(ip as unknown as IpAddress));

const asText = (value: CelValue | undefined): CelValue =>
  value instanceof Network ? `${value.address.text}/${value.length}` : (value as unknown as IpAddress).text;

const both = (name: string, arg: typeof IP, run: Overload['run']): FunctionDeclaration => ({
  name,
  overloads: [arg, STRING].map((type) => ({ isMember: true, args: [CIDR, type], result: BOOL, run })),
});

export const ipFunctions: readonly FunctionDeclaration[] = [
  global('ip', [STRING], IP, ipOf),
  global('isIP', [STRING], BOOL, (text) => parseIp(text as string) !== undefined),
  global('ip.isCanonical', [STRING], BOOL, (text) => ipOf(text).text === text),
  member('family', [IP], INT, (ip) => BigInt((ip as unknown as IpAddress).family)),
  test('isUnspecified', isUnspecified),
  test('isLoopback', isLoopback),
  test('isLinkLocalMulticast', isLinkLocalMulticast),
  test('isLinkLocalUnicast', isLinkLocal),
  test('isGlobalUnicast', isGlobalUnicast),
  global('cidr', [STRING], CIDR, networkOf),
  global('isCIDR', [STRING], BOOL, (text) => parseNetwork(text as string) !== undefined),
  both('containsIP', IP, (network, ip) => networkOf(network).holds(ipOf(ip))),
  both('containsCIDR', CIDR, (network, other) => {
    const [outer, inner] = [networkOf(network), networkOf(other)];
    return outer.length <= inner.length && outer.holds(inner.masked.address);
  }),
  member('ip', [CIDR], IP, (network) => networkOf(network).address),
  member('masked', [CIDR], CIDR, (network) => networkOf(network).masked),
  member('prefixLength', [CIDR], INT, (network) => BigInt(networkOf(network).length)),
  global('string', [IP], STRING, asText),
  global('string', [CIDR], STRING, asText),
];
