/** Blocks of IPv4 addresses, and who has which of them. */
import { networkInterfaces } from 'node:os';

export interface AddressBlock {
  /** As it is written: "10.244.0.0/16". */
  readonly text: string;
  /** Of the first and after the last address. */
  readonly start: number;
  readonly end: number;
  /** Length of the prefix. */
  readonly bits: number;
}

/** Undefined: this is no block. */
export function parseBlock(text: string): AddressBlock | undefined {
  const [, address = '', length = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text) ?? [];
  const bits = Number(length);
  const size = 2 ** (32 - bits);
  const start = numberOf(address);
  if (address === '' || bits > 32 || Number.isNaN(start) || start % size !== 0) return undefined;
  return { text, start, end: start + size, bits };
}

/** A network that this machine is in and that shares addresses with the block; undefined: there is none. `except`: name of an interface. */
export function overlap({ start, end }: AddressBlock, except = ''): string | undefined {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (name === except) continue;
    for (const { cidr, family } of addresses ?? []) {
      if (family !== 'IPv4' || cidr === null) continue;
      const [address = '', bits = ''] = cidr.split('/');
      const size = 2 ** (32 - Number(bits));
      const first = numberOf(address) - (numberOf(address) % size);
      if (first < end && first + size > start) return `${cidr} of ${name}`;
    }
  }
  return undefined;
}

/** Gives each address of a block to one at a time, leaving out the first ones and the last. */
export class AddressPool {
  readonly #first: number;
  readonly #count: number;
  readonly #taken = new Set<number>();
  #next = 0;

  constructor({ start, end }: AddressBlock, leaveOut: number) {
    this.#first = start + leaveOut;
    this.#count = end - 1 - this.#first;
  }

  /** Those that were given back longest ago come first. @throws Error when all are taken */
  take(): string {
    if (this.#taken.size >= this.#count) throw new Error('there is no address left for a pod');
    while (this.#taken.has(this.#next)) this.#next = (this.#next + 1) % this.#count;
    this.#taken.add(this.#next);
    const address = addressOf(this.#first + this.#next);
    this.#next = (this.#next + 1) % this.#count;
    return address;
  }

  release(address: string): void {
    this.#taken.delete(numberOf(address) - this.#first);
  }
}

/** NaN: it is none. */
export function numberOf(address: string): number {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return Number.NaN;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function addressOf(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
