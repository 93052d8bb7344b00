/** One block of addresses that cluster IPs come from: its bounds, its two bands, and an order in which to try its addresses. */
import type { Random } from '../../../../../apimachinery/clock/random.ts';
import { formatIp, parseCidr, parseIp } from '../../../../../apis/validation/ip.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/** Addresses asked for by name should find theirs free: others are taken from above this band while there are any. */
const staticBand = { min: 16n, max: 256n, share: 16n };
/** Shorter prefixes make no range (upstream). */
const shortestV6Prefix = 64;

export class AddressRange {
  readonly cidr: string;
  readonly family: IpFamily;
  /** The block's own address, as a dry run shows it. */
  readonly network: string;
  readonly #first: bigint;
  readonly #last: bigint;
  /** First address of the dynamic band. */
  readonly #dynamic: bigint;

  constructor(cidr: string, bounds: { family: IpFamily; base: bigint; size: bigint }) {
    const { family, base, size } = bounds;
    this.cidr = cidr;
    this.family = family;
    this.network = addressText(base);
    this.#first = base + 1n;
    // IPv4 keeps the last address for broadcasts.
    this.#last = base + size - (family === 'IPv4' ? 2n : 1n);
    this.#dynamic = this.#first + staticBandOf(size);
  }

  /** One that a service may have: neither the network's own nor, in IPv4, the broadcast address. */
  contains(address: string): boolean {
    const value = addressValue(address);
    return value !== undefined && value >= this.#first && value <= this.#last;
  }

  /** Every address once: the dynamic band from a random place on, then the static one. */
  *candidates(random: Random): Generator<string> {
    yield* fromRandomPlace(this.#dynamic, this.#last, random);
    yield* fromRandomPlace(this.#first, this.#dynamic - 1n, random);
  }

  /** The first usable address: the kubernetes service's. */
  get firstAddress(): string {
    return addressText(this.#first);
  }
}

/** Undefined for what is no block, or one that no addresses are taken from. */
export function parseAddressRange(cidr: string): AddressRange | undefined {
  const block = parseCidr(cidr);
  if (block === undefined) return undefined;
  const { address, prefixLength } = block;
  const isV6 = address.hasV6Form;
  if (isV6 && prefixLength < shortestV6Prefix) return undefined;
  const size = 1n << BigInt((isV6 ? 128 : 32) - prefixLength);
  const value = valueOf(address.groups);
  return new AddressRange(cidr, { family: isV6 ? 'IPv6' : 'IPv4', base: value - (value % size), size });
}

export function familyOf(address: string): IpFamily | undefined {
  const parsed = parseIp(address);
  if (parsed === undefined) return undefined;
  return parsed.isV4 ? 'IPv4' : 'IPv6';
}

/** As IPAddress objects are named; undefined for what is no address. */
export function canonicalAddress(address: string): string | undefined {
  const parsed = parseIp(address);
  return parsed === undefined ? undefined : formatIp(parsed);
}

function staticBandOf(size: bigint): bigint {
  if (size <= staticBand.min) return 0n;
  const share = size / staticBand.share;
  if (share < staticBand.min) return staticBand.min;
  return share > staticBand.max ? staticBand.max : share;
}

function* fromRandomPlace(first: bigint, last: bigint, random: Random): Generator<string> {
  const size = last - first + 1n;
  if (size <= 0n) return;
  const start = first + (Buffer.from(random.bytes(8)).readBigUInt64BE() % size);
  for (let value = start; value <= last; value++) yield addressText(value);
  for (let value = first; value < start; value++) yield addressText(value);
}

/** IPv4 addresses are their mapped IPv6 ones, so that one arithmetic does. */
function addressValue(address: string): bigint | undefined {
  const parsed = parseIp(address);
  return parsed === undefined ? undefined : valueOf(parsed.groups);
}

function valueOf(groups: readonly number[]): bigint {
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

const v4Mapped = 0xffffn;

function addressText(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  const isV4 = value >> 32n === v4Mapped;
  return formatIp({ groups, isV4, hasV6Form: !isV4, hasLeadingZeros: false });
}
