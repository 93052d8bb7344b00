/** Shares the seats of a server among its priority levels: each has some for itself, and what they lend is for whoever comes. */
import type { PriorityLevel, SharedSeats } from './priority-level.ts';

export class SeatPool implements SharedSeats {
  readonly #total: number;
  #levels: readonly PriorityLevel[] = [];
  #lent = 0;

  /** @param total seats of the server */
  constructor(total: number) {
    this.#total = total;
  }

  share(levels: readonly PriorityLevel[]): void {
    this.#levels = levels;
    const shares = levels.reduce((sum, { settings }) => sum + settings.shares, 0);
    const nominalOf = ({ settings }: PriorityLevel) =>
      shares === 0 ? 0 : Math.ceil((this.#total * settings.shares) / shares);
    const lendableOf = (level: PriorityLevel) => Math.round((nominalOf(level) * level.settings.lendablePercent) / 100);
    this.#lent = levels.reduce((sum, level) => sum + lendableOf(level), 0);
    for (const level of levels) {
      const nominal = nominalOf(level);
      const lendable = lendableOf(level);
      const { borrowingLimitPercent } = level.settings;
      const others = this.#lent - lendable;
      const borrowed =
        borrowingLimitPercent === undefined
          ? others
          : Math.min(others, Math.round((nominal * borrowingLimitPercent) / 100));
      level.limits = { nominal, lower: nominal - lendable, upper: nominal + borrowed };
    }
  }

  hasRoom(seats: number): boolean {
    let taken = 0;
    for (const { settings, inUse, limits } of this.#levels) {
      if (!settings.isExempt && inUse > limits.lower) taken += inUse - limits.lower;
    }
    return taken + seats <= this.#lent;
  }

  settleWaiting(): void {
    for (const level of this.#levels) if (level.waiting > 0) level.seatWaiting();
  }
}
