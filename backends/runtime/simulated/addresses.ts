/** Addresses of simulated nodes and pods: nobody listens there, but each is given to one at a time. */
/** 172.16.0.0/12, from the second address on. */
export function nodeAddress(index: number): string {
  return dotted(0xac10_0000 + index + 2);
}

/** 10.128.0.0/9, which is away from the usual ranges of services. */
const FIRST_POD_ADDRESS = 0x0a80_0000;
const POD_ADDRESSES = 2 ** 23;

export class PodAddresses {
  #next = 1;
  readonly #free: number[] = [];

  /** Those that have been given back longest come first, once every address was used. */
  take(): string {
    while (this.#next < POD_ADDRESSES) {
      const offset = this.#next++;
      // Neither looks like the address of a pod.
      if ((offset & 255) !== 0 && (offset & 255) !== 255) return dotted(FIRST_POD_ADDRESS + offset);
    }
    const offset = this.#free.shift();
    if (offset === undefined) throw new RangeError('no address of a pod is free');
    return dotted(FIRST_POD_ADDRESS + offset);
  }

  giveBack(address: string): void {
    const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    this.#free.push(value - FIRST_POD_ADDRESS);
  }
}

function dotted(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}
