/** Time as the storage implementations see it; the API server's clock fits too. Injected, so that a test can hold it. */
export interface Clock {
  /** Milliseconds from a fixed point, never going back. */
  monotonic(): number;
  /** Calls back once after `milliseconds`. Returns its cancellation. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Its timers keep the process alive, as an open store does: somebody may wait for a connection to come back. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
