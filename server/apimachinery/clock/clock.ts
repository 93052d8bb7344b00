/** Time and timers as a dependency, so that a simulation with a seed replays exactly. Raw clocks are banned elsewhere. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from a fixed point, never going back. */
  monotonic(): number;
  /** Calls back once after `milliseconds`; the timer does not keep the process alive. Returns its cancellation. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
