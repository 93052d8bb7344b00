/**
 * The requests of one priority level that wait: each flow is dealt a hand of queues and waits in the shortest of them, so that one
 * flow that floods fills only its own hand. Queues are served by virtual time, so that each gets its share of seats.
 */
import { createHash } from 'node:crypto';

export interface QueueSettings {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

export interface Waiting {
  /** Seats that it will take. */
  readonly width: number;
}

interface Queue<T> {
  readonly index: number;
  readonly waiting: T[];
  /** Virtual time at which its first may go. */
  start: number;
}

export class FairQueues<T extends Waiting> {
  readonly #settings: QueueSettings;
  readonly #queues: Queue<T>[];
  #virtualTime = 0;
  #size = 0;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
    this.#queues = Array.from({ length: settings.queues }, (_, index) => ({ index, waiting: [], start: 0 }));
  }

  get size(): number {
    return this.#size;
  }

  /** When the first of each may go, in virtual time. */
  get starts(): number[] {
    return this.#queues.map(({ start }) => start);
  }

  /** Undefined: the flow's queues are full. */
  add(flow: string, item: T): { readonly queue: number; readonly length: number } | undefined {
    const queue = this.#shortest(flow);
    if (queue === undefined || queue.waiting.length >= this.#settings.queueLengthLimit) return undefined;
    if (queue.waiting.length === 0) queue.start = Math.max(queue.start, this.#virtualTime);
    queue.waiting.push(item);
    this.#size++;
    return { queue: queue.index, length: queue.waiting.length };
  }

  /** Whose turn it is; it stays where it is. */
  peek(): T | undefined {
    return this.#next()?.waiting[0];
  }

  /** Takes the one whose turn it is. */
  take(): T | undefined {
    const queue = this.#next();
    const item = queue?.waiting.shift();
    if (queue === undefined || item === undefined) return undefined;
    this.#virtualTime = queue.start;
    queue.start += item.width;
    this.#size--;
    return item;
  }

  /** True: it waited. */
  remove(item: T): boolean {
    for (const { waiting } of this.#queues) {
      const at = waiting.indexOf(item);
      if (at < 0) continue;
      waiting.splice(at, 1);
      this.#size--;
      return true;
    }
    return false;
  }

  /** All that wait, in no order; none does afterwards. */
  drain(): T[] {
    this.#size = 0;
    return this.#queues.flatMap(({ waiting }) => waiting.splice(0));
  }

  #next(): Queue<T> | undefined {
    if (this.#size === 0) return undefined;
    let first: Queue<T> | undefined;
    for (const queue of this.#queues) {
      if (queue.waiting.length > 0 && (first === undefined || queue.start < first.start)) first = queue;
    }
    return first;
  }

  #shortest(flow: string): Queue<T> | undefined {
    let shortest: Queue<T> | undefined;
    for (const index of dealHand(flow, this.#settings)) {
      const queue = this.#queues[index];
      if (queue !== undefined && (shortest === undefined || queue.waiting.length < shortest.waiting.length)) {
        shortest = queue;
      }
    }
    return shortest;
  }
}

/** Shuffle sharding: `handSize` different queues, the same for the same flow. */
export function dealHand(flow: string, { queues, handSize }: QueueSettings): number[] {
  let rest = createHash('sha256').update(flow).digest().readBigUInt64LE();
  const hand: number[] = [];
  for (let dealt = 0; dealt < Math.min(handSize, queues); dealt++) {
    const left = BigInt(queues - dealt);
    let card = Number(rest % left);
    rest /= left;
    // The n-th of those that are not dealt yet.
    for (const taken of hand.toSorted((a, b) => a - b)) if (card >= taken) card++;
    hand.push(card);
  }
  return hand;
}
