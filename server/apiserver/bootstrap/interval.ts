/** Work that comes round: one run at a time, the next an interval after the last has ended. */
import type { Clock } from '../../apimachinery/clock/clock.ts';

export interface IntervalOptions {
  readonly clock: Clock;
  /** Milliseconds between the end of a run and the next. */
  readonly interval: number;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

/** The first run is one interval away. */
export function everyInterval(run: () => Promise<void>, options: IntervalOptions): void {
  const { clock, interval, signal, onTrouble } = options;
  let cancel = (): void => undefined;
  const again = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      if (!signal.aborted) onTrouble(error);
    }
    schedule();
  };
  const schedule = (): void => {
    if (!signal.aborted) cancel = clock.after(interval, () => void again());
  };
  signal.addEventListener('abort', () => cancel(), { once: true });
  schedule();
}
