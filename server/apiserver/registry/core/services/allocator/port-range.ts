/** The ports of --service-node-port-range, and an order in which to try them. */
import type { Random } from '../../../../../apimachinery/clock/random.ts';

/** Ports asked for by number should find theirs free: others are taken from above this band while there are any. */
const staticBand = { min: 16, max: 128, share: 32 };
const maxPort = 65_535;

export class PortRange {
  readonly #first: number;
  readonly #last: number;
  readonly #dynamic: number;

  constructor(first: number, last: number) {
    this.#first = first;
    this.#last = last;
    this.#dynamic = first + staticBandOf(last - first + 1);
  }

  contains(port: number): boolean {
    return port >= this.#first && port <= this.#last;
  }

  /** Every port once: the dynamic band from a random place on, then the static one. */
  *candidates(random: Random): Generator<number> {
    yield* fromRandomPlace(this.#dynamic, this.#last, random);
    yield* fromRandomPlace(this.#first, this.#dynamic - 1, random);
  }

  /** "30000-32767" */
  toString(): string {
    return `${this.#first}-${this.#last}`;
  }
}

/** "30000-32767", "30000+2767" or one port. @throws Error for anything else */
export function parsePortRange(text: string): PortRange {
  const [, first = '', sign = '-', second = first] = /^\s*(\d{1,5})(?:([-+])(\d{1,5}))?\s*$/.exec(text) ?? [];
  const start = Number(first);
  const end = sign === '+' ? start + Number(second) : Number(second);
  if (first === '' || start < 1 || end < start || end > maxPort) {
    throw new Error(`--service-node-port-range: ${text} is not a range of ports such as 30000-32767`);
  }
  return new PortRange(start, end);
}

function staticBandOf(size: number): number {
  if (size <= staticBand.min) return 0;
  return Math.min(Math.max(staticBand.min, Math.floor(size / staticBand.share)), staticBand.max);
}

function* fromRandomPlace(first: number, last: number, random: Random): Generator<number> {
  const size = last - first + 1;
  if (size <= 0) return;
  const start = first + Math.floor(random.fraction() * size);
  for (let port = start; port <= last; port++) yield port;
  for (let port = first; port < start; port++) yield port;
}
