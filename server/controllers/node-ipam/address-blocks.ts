/** A range of addresses, cut into blocks of one size, of which each node has one. Pure. */
import { isIPv6 } from 'node:net';

export class AddressBlocks {
  readonly range: string;
  readonly #first: bigint;
  readonly #count: number;
  readonly #blockBits: number;
  readonly #prefix: number;
  readonly #isIPv6: boolean;
  readonly #taken = new Set<number>();
  #next = 0;

  /** @param range "10.244.0.0/16" @param prefix of a block: 24. @throws Error */
  constructor(range: string, prefix: number) {
    const [address = '', length = ''] = range.split('/');
    const bits = isIPv6(address) ? 128 : 32;
    const rangePrefix = Number(length);
    if (!Number.isInteger(rangePrefix) || rangePrefix > prefix || prefix > bits || prefix - rangePrefix > 16) {
      throw new Error(`--cluster-cidr ${range}: cannot be cut into blocks of /${prefix}`);
    }
    this.range = range;
    this.#isIPv6 = bits === 128;
    this.#blockBits = bits - prefix;
    this.#prefix = prefix;
    this.#count = 2 ** (prefix - rangePrefix);
    const low = BigInt(bits - rangePrefix);
    this.#first = (toNumber(address) >> low) << low;
  }

  /** The block is somebody's; false: it is none of this range. */
  take(block: string): boolean {
    const [address = ''] = block.split('/');
    if (isIPv6(address) !== this.#isIPv6) return false;
    const index = Number((toNumber(address) - this.#first) >> BigInt(this.#blockBits));
    if (index < 0 || index >= this.#count) return false;
    this.#taken.add(index);
    return true;
  }

  release(block: string): void {
    const [address = ''] = block.split('/');
    if (isIPv6(address) !== this.#isIPv6) return;
    this.#taken.delete(Number((toNumber(address) - this.#first) >> BigInt(this.#blockBits)));
  }

  /** Undefined: all are taken. */
  allocate(): string | undefined {
    if (this.#taken.size >= this.#count) return undefined;
    while (this.#taken.has(this.#next)) this.#next = (this.#next + 1) % this.#count;
    this.#taken.add(this.#next);
    const address = this.#first + (BigInt(this.#next) << BigInt(this.#blockBits));
    return `${toText(address, this.#isIPv6)}/${this.#prefix}`;
  }
}

function toNumber(address: string): bigint {
  if (!isIPv6(address)) return address.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...(tail === undefined ? [] : zeros), ...right].reduce(
    (sum, group) => (sum << 16n) + BigInt(`0x${group}`),
    0n,
  );
}

function toText(address: bigint, ipv6: boolean): string {
  if (!ipv6) return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}
