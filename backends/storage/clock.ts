/** Time as the storage implementations see it; the API server's own clock fits. Injected, so that a test can hold it. */
export interface Clock {
  /** Milliseconds from a fixed point, never going back. */
  monotonic(): number;
  /** Calls back once after `milliseconds`; the timer does not keep the process alive. Returns its cancellation. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
