/** IP addresses and CIDR blocks in fields: parsing as Go does it, strictness, canonical forms. */
import { invalid } from '../../apimachinery/errors/field-error.ts';
import type { Errors } from './checks.ts';

export interface IpAddress {
  /** 16-bit groups of an IPv6 address; an IPv4 address is in the last two, mapped as ::ffff:a.b.c.d. */
  readonly groups: readonly number[];
  /** Written as IPv4 or as an IPv4-mapped IPv6 address. */
  readonly isV4: boolean;
  /** Written with a colon. */
  readonly hasV6Form: boolean;
  /** Has decimal parts that start with 0. */
  readonly hasLeadingZeros: boolean;
}

export interface CidrBlock {
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly hasLeadingZeros: boolean;
}

/** Undefined if the text is no address. Leading zeros count as decimal, as in old Go versions. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseV6(text) : fromV4(parseV4(text), false);
}

function fromV4(parts: V4Parts | undefined, hasV6Form: boolean): IpAddress | undefined {
  if (parts === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts.bytes;
  const groups = [0, 0, 0, 0, 0, 0xffff, a * 256 + b, c * 256 + d];
  return { groups, isV4: true, hasV6Form, hasLeadingZeros: parts.hasLeadingZeros };
}

interface V4Parts {
  readonly bytes: readonly number[];
  readonly hasLeadingZeros: boolean;
}

function parseV4(text: string): V4Parts | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]{1,8}$/.test(part) && Number(part) <= 255)) return undefined;
  return { bytes: parts.map(Number), hasLeadingZeros: parts.some((part) => part.length > 1 && part.startsWith('0')) };
}

function parseV6(text: string): IpAddress | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (head === undefined) return undefined;
  const last = (tail ?? head).at(-1) ?? '';
  const v4 = last.includes('.') ? parseV4(last) : undefined;
  if (last.includes('.') && v4 === undefined) return undefined;
  const left = toGroups(tail === undefined && v4 !== undefined ? head.slice(0, -1) : head);
  const right = tail === undefined ? [] : toGroups(v4 !== undefined ? tail.slice(0, -1) : tail);
  if (left === undefined || right === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = v4?.bytes ?? [];
  const end = v4 === undefined ? right : [...right, a * 256 + b, c * 256 + d];
  const missing = 8 - left.length - end.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => 0), ...end];
  const isV4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return { groups, isV4, hasV6Form: true, hasLeadingZeros: v4?.hasLeadingZeros ?? false };
}

function toGroups(parts: readonly string[]): number[] | undefined {
  if (!parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return undefined;
  return parts.map((part) => Number.parseInt(part, 16));
}

/** As Go's net.IP prints it: IPv4-mapped addresses as IPv4, the longest run of zeros in IPv6 as "::". */
export function formatIp(address: IpAddress): string {
  const { groups } = address;
  if (address.isV4) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.start < 0) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

export function parseCidr(text: string): CidrBlock | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !/^[0-9]{1,8}$/.test(length)) return undefined;
  const prefixLength = Number(length);
  if (prefixLength > (address.hasV6Form ? 128 : 32)) return undefined;
  const hasLeadingZeros = address.hasLeadingZeros || (length.length > 1 && length.startsWith('0'));
  return { address, prefixLength, hasLeadingZeros };
}

/** The block's first address with its length, as Go's net.IPNet prints it. */
export function formatCidr({ address, prefixLength }: CidrBlock): string {
  const offset = address.hasV6Form ? 0 : 96;
  return `${formatIp({ ...address, groups: masked(address.groups, offset + prefixLength) })}/${prefixLength}`;
}

function masked(groups: readonly number[], bits: number): number[] {
  return groups.map((group, index) => {
    const kept = Math.min(16, Math.max(0, bits - index * 16));
    return group & (0xffff << (16 - kept)) & 0xffff;
  });
}

/** The first address of `inner` is in `outer`. */
export function cidrContains(outer: CidrBlock, inner: CidrBlock): boolean {
  if (outer.address.isV4 !== inner.address.isV4) return false;
  const bits = outer.prefixLength + (outer.address.hasV6Form ? 0 : 96);
  const base = masked(outer.address.groups, bits);
  return masked(inner.address.groups, bits).every((group, index) => group === base[index]);
}

/** Fields from before strict checks; values that the stored object had already are left alone. */
export function checkLegacyIp(value: string, path: string, errors: Errors, known: readonly string[] = []): boolean {
  if (known.includes(value)) return true;
  const before = errors.length;
  const address = parseIp(value);
  if (address === undefined) {
    errors.push(invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'));
  } else {
    if (address.hasLeadingZeros) errors.push(invalid(path, value, 'must not have leading 0s'));
    if (address.isV4 && address.hasV6Form) {
      errors.push(invalid(path, value, 'must not be an IPv4-mapped IPv6 address'));
    }
  }
  return errors.length === before;
}

/** Newer fields: strict and canonical. */
export function checkIp(value: string, path: string, errors: Errors): void {
  const address = parseIp(value);
  if (!checkLegacyIp(value, path, errors) || address === undefined) return;
  const canonical = formatIp(address);
  if (value !== canonical) errors.push(invalid(path, value, `must be in canonical form ("${canonical}")`));
}

export function checkLegacyCidr(value: string, path: string, errors: Errors, known: readonly string[] = []): boolean {
  if (known.includes(value)) return true;
  const before = errors.length;
  const block = parseCidr(value);
  if (block === undefined) {
    errors.push(invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'));
  } else if (block.hasLeadingZeros) {
    errors.push(invalid(path, value, 'must not have leading 0s in IP or prefix length'));
  } else if (block.address.isV4 && block.address.hasV6Form) {
    errors.push(invalid(path, value, 'must not have an IPv4-mapped IPv6 address'));
  } else {
    const network = parseCidr(formatCidr(block));
    if (network?.address.groups.some((group, index) => group !== block.address.groups[index])) {
      errors.push(invalid(path, value, 'must not have bits set beyond the prefix length'));
    }
  }
  return errors.length === before;
}

export function checkCidr(value: string, path: string, errors: Errors): void {
  const block = parseCidr(value);
  if (!checkLegacyCidr(value, path, errors) || block === undefined) return;
  const canonical = formatCidr(block);
  if (value !== canonical) errors.push(invalid(path, value, `must be in canonical form ("${canonical}")`));
}

/** An address with the length of its network's prefix. */
export function checkInterfaceAddress(value: string, path: string, errors: Errors): void {
  const block = parseCidr(value);
  if (block === undefined) {
    const form = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';
    errors.push(invalid(path, value, form));
    return;
  }
  const mapped = block.address.isV4 && block.prefixLength > 32 ? 96 : 0;
  const canonical = `${formatIp(block.address)}/${block.prefixLength - mapped}`;
  if (value !== canonical) errors.push(invalid(path, value, `must be in canonical form ("${canonical}")`));
}

/** Written with a colon and not IPv4-mapped. */
export function isV6Text(value: string): boolean {
  const address = parseIp(value);
  return address !== undefined && !address.isV4;
}

/** At least one address of each family. */
export function isDualStack(values: readonly string[]): boolean {
  return values.some(isV6Text) && values.some((value) => !isV6Text(value));
}

/** Addresses that an endpoint cannot have. */
export function checkEndpointIp(value: string, path: string, errors: Errors): void {
  const address = parseIp(value);
  if (address === undefined) {
    errors.push(invalid(path, value, 'must be a valid IP address'));
    return;
  }
  const text = formatIp(address);
  const first = address.groups[0] ?? 0;
  const high = address.groups[6] ?? 0;
  if (text === '0.0.0.0' || text === '::') errors.push(invalid(path, value, `may not be unspecified (${value})`));
  if (address.isV4 ? high >> 8 === 127 : text === '::1') {
    errors.push(invalid(path, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  }
  if (address.isV4 ? high === 0xa9fe : (first & 0xffc0) === 0xfe80) {
    errors.push(invalid(path, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  }
  if (address.isV4 ? high === 0xe000 && (address.groups[7] ?? 0) < 256 : (first & 0xff0f) === 0xff02) {
    errors.push(invalid(path, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
  }
}

/** An address that may be anywhere: not unspecified, loopback, link-local, multicast or broadcast. */
export function isGlobalUnicast(value: string): boolean {
  const address = parseIp(value);
  if (address === undefined) return false;
  const errors: Errors = [];
  checkEndpointIp(value, '', errors);
  const first = address.groups[0] ?? 0;
  const high = address.groups[6] ?? 0;
  const isMulticast = address.isV4 ? high >> 12 === 0xe : first >> 8 === 0xff;
  return errors.length === 0 && !isMulticast && formatIp(address) !== '255.255.255.255';
}

/** Upstream's warnings for addresses that are accepted but not written canonically. */
export function ipWarnings(value: string, path: string): string[] {
  const address = parseIp(value);
  if (address === undefined) return [];
  const canonical = formatIp(address);
  if (address.hasLeadingZeros || (address.isV4 && address.hasV6Form)) {
    return [`${path}: non-standard IP address "${value}" is invalid: use "${canonical}"`];
  }
  if (!address.isV4 && canonical !== value) {
    return [`${path}: IPv6 address "${value}" should be in RFC 5952 canonical format ("${canonical}")`];
  }
  return [];
}

export function cidrWarnings(value: string, path: string): string[] {
  const block = parseCidr(value);
  if (block === undefined) return [];
  const { address } = block;
  const network = formatCidr(block);
  const warnings: string[] = [];
  const base = parseCidr(network)?.address;
  if (base?.groups.some((group, index) => group !== address.groups[index])) {
    const single = `${formatIp(address)}/${address.hasV6Form ? 128 : 32}`;
    warnings.push(
      `${path}: CIDR value "${value}" is ambiguous in this context (should be "${network}" or "${single}"?)`,
    );
  }
  if (block.hasLeadingZeros || (address.isV4 && address.hasV6Form)) {
    warnings.push(`${path}: non-standard CIDR value "${value}" is invalid: use "${network}"`);
  }
  if (warnings.length === 0 && !address.isV4 && network !== value) {
    warnings.push(`${path}: IPv6 CIDR value "${value}" should be in RFC 5952 canonical format ("${network}")`);
  }
  return warnings;
}
