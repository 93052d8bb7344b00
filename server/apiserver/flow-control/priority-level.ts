/** A priority level: how many seats it has, who sits, and who waits for one. */
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { FairQueues, type QueueSettings } from './fair-queues.ts';

/** What levels lend each other. */
export interface SharedSeats {
  /** True: so many more of them are free. */
  hasRoom(seats: number): boolean;
  /** A seat has become free: it may be one that others wait for. */
  settleWaiting(): void;
}

export interface Ticket {
  readonly width: number;
  /** Called once: there is a seat, or there will be none. */
  readonly settle: (isSeated: boolean) => void;
}

export interface LevelSettings {
  readonly isExempt: boolean;
  readonly shares: number;
  readonly lendablePercent: number;
  /** Undefined: as much as others lend. */
  readonly borrowingLimitPercent: number | undefined;
  /** Undefined: what finds no seat is refused. */
  readonly queuing: QueueSettings | undefined;
}

export interface SeatLimits {
  /** Seats of its own. */
  readonly nominal: number;
  /** Of them, those that it always has. */
  readonly lower: number;
  /** With all that it may borrow. */
  readonly upper: number;
}

export class PriorityLevel {
  readonly name: string;
  readonly uid: string;
  readonly settings: LevelSettings;
  readonly #pool: SharedSeats;
  readonly #queues: FairQueues<Ticket> | undefined;
  limits: SeatLimits = { nominal: 0, lower: 0, upper: 0 };
  /** Seats taken. */
  inUse = 0;

  constructor({ metadata, spec }: KubeObject, pool: SharedSeats) {
    this.name = metadata.name ?? '';
    this.uid = metadata.uid ?? '';
    this.settings = settingsOf(spec);
    this.#pool = pool;
    const { queuing } = this.settings;
    this.#queues = queuing === undefined ? undefined : new FairQueues(queuing);
  }

  get waiting(): number {
    return this.#queues?.size ?? 0;
  }

  /** Of each queue: when its first may go, in virtual time. */
  get queueStarts(): number[] {
    return this.#queues?.starts ?? [];
  }

  /** True: seated at once. */
  tryTake(width: number): boolean {
    // Nobody passes those who wait.
    if (this.waiting > 0 || !this.#hasRoom(width)) return false;
    this.#sit(width);
    return true;
  }

  /** Undefined: it cannot wait either; else in which queue, and how many then wait there. */
  wait(flow: string, ticket: Ticket): ReturnType<FairQueues<Ticket>['add']> {
    return this.#queues?.add(flow, ticket);
  }

  /** It waits no more. */
  leave(ticket: Ticket): void {
    this.#queues?.remove(ticket);
  }

  release(width: number): void {
    this.inUse -= width;
    this.#pool.settleWaiting();
  }

  /** Those whose turn it is sit down for as long as there are seats. */
  seatWaiting(): void {
    for (let next = this.#queues?.peek(); next !== undefined; next = this.#queues?.peek()) {
      if (!this.#hasRoom(next.width)) return;
      this.#queues?.take();
      this.#sit(next.width);
      next.settle(true);
    }
  }

  /** Of a level that is no more, or is another now. */
  dismiss(): void {
    for (const ticket of this.#queues?.drain() ?? []) ticket.settle(false);
  }

  #sit(width: number): void {
    this.inUse += width;
  }

  #hasRoom(width: number): boolean {
    if (this.settings.isExempt) return true;
    // Who takes more seats than there are gets them while nobody else sits.
    if (this.inUse === 0 && width > this.limits.lower) return true;
    const { lower, upper } = this.limits;
    const after = this.inUse + width;
    if (after <= lower) return true;
    return after <= upper && this.#pool.hasRoom(after - Math.max(lower, this.inUse));
  }
}

function settingsOf(value: JsonValue | undefined): LevelSettings {
  const spec = asObject(value);
  const isExempt = spec.type === 'Exempt';
  const { nominalConcurrencyShares, lendablePercent, borrowingLimitPercent, limitResponse } = asObject(
    isExempt ? spec.exempt : spec.limited,
  );
  const { type, queuing } = asObject(limitResponse);
  const { queues, handSize, queueLengthLimit } = asObject(queuing);
  return {
    isExempt,
    shares: asNumber(nominalConcurrencyShares),
    lendablePercent: asNumber(lendablePercent),
    borrowingLimitPercent: isSet(borrowingLimitPercent) ? asNumber(borrowingLimitPercent) : undefined,
    queuing:
      asText(type) === 'Queue'
        ? {
            queues: asNumber(queues),
            handSize: asNumber(handSize),
            queueLengthLimit: asNumber(queueLengthLimit),
          }
        : undefined,
  };
}
