/** States of one resource that paged lists still read, each valid for a range of revisions. */
import type { CacherLimits } from './limits.ts';
import type { SortedView } from './sorted-entries.ts';

interface PinnedSnapshot {
  readonly view: SortedView;
  readonly from: number;
  /** The last revision that the view shows; Infinity while nothing has changed since. */
  to: number;
  usedAt: number;
}

export class PinnedSnapshots {
  readonly #limits: Pick<CacherLimits, 'snapshots' | 'snapshotAge'>;
  /** The most recently used is last. */
  #pins: PinnedSnapshot[] = [];
  #open: PinnedSnapshot | undefined;

  constructor(limits: Pick<CacherLimits, 'snapshots' | 'snapshotAge'>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#pins.length;
  }

  find(revision: number, now: number): SortedView | undefined {
    const pin = this.#pins.find(({ from, to }) => from <= revision && revision <= to);
    if (pin === undefined) return undefined;
    this.#use(pin, now);
    return pin.view;
  }

  /** Keeps the present state, which has been so since `from`. */
  pinCurrent(view: SortedView, from: number, now: number): void {
    if (this.#open === undefined) {
      this.#open = { view, from, to: Number.POSITIVE_INFINITY, usedAt: now };
    }
    this.#use(this.#open, now);
  }

  /** Keeps an older state, which was so through these revisions. */
  pin(view: SortedView, { from, to }: { from: number; to: number }, now: number): void {
    this.#use({ view, from, to, usedAt: now }, now);
  }

  /** The resource changes at `revision`: the present state is an old one from here on. */
  close(revision: number): void {
    if (this.#open === undefined) return;
    this.#open.to = revision - 1;
    this.#open = undefined;
  }

  dropUnused(now: number): void {
    if (this.#pins.length > 0) this.#keep(this.#pins.filter(({ usedAt }) => now - usedAt < this.#limits.snapshotAge));
  }

  clear(): void {
    this.#keep([]);
  }

  #use(pin: PinnedSnapshot, now: number): void {
    pin.usedAt = now;
    const others = this.#pins.filter((other) => other !== pin);
    this.#keep([...others, pin].slice(-this.#limits.snapshots));
  }

  #keep(pins: PinnedSnapshot[]): void {
    this.#pins = pins;
    if (this.#open !== undefined && !pins.includes(this.#open)) this.#open = undefined;
  }
}
