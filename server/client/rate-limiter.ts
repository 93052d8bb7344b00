/** How long a key waits before it is tried again: longer with each failure of its own, and never more than so many a second of all. */
import type { Clock } from '../apimachinery/clock/clock.ts';

export interface RateLimiter<K> {
  /** Milliseconds until the key may be tried again. */
  when(key: K): number;
  /** It has succeeded, or is given up. */
  forget(key: K): void;
  /** Failures since it was last forgotten. */
  retries(key: K): number;
}

/** Doubles from `first` up to `most`, in milliseconds. */
export function exponentialLimiter<K>({
  first = 5,
  most = 1_000_000,
}: {
  first?: number;
  most?: number;
} = {}): RateLimiter<K> {
  const failures = new Map<K, number>();
  return {
    when(key) {
      const before = failures.get(key) ?? 0;
      failures.set(key, before + 1);
      return Math.min(most, first * 2 ** before);
    },
    forget: (key) => void failures.delete(key),
    retries: (key) => failures.get(key) ?? 0,
  };
}

/** A bucket of `burst` tries, filled again with `perSecond`. */
export function bucketLimiter<K>({
  clock,
  perSecond = 10,
  burst = 100,
}: {
  clock: Clock;
  perSecond?: number;
  burst?: number;
}): RateLimiter<K> {
  let tokens = burst;
  let filledAt = clock.monotonic();
  return {
    when() {
      const now = clock.monotonic();
      tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
      filledAt = now;
      tokens -= 1;
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
    },
    forget: () => undefined,
    retries: () => 0,
  };
}

/** The longest wait of all counts. */
export function longestLimiter<K>(limiters: ReadonlyArray<RateLimiter<K>>): RateLimiter<K> {
  return {
    when: (key) => Math.max(...limiters.map((limiter) => limiter.when(key))),
    forget(key) {
      for (const limiter of limiters) limiter.forget(key);
    },
    retries: (key) => Math.max(...limiters.map((limiter) => limiter.retries(key))),
  };
}

/** As controllers have it upstream. */
export function controllerLimiter<K>(clock: Clock): RateLimiter<K> {
  return longestLimiter([exponentialLimiter<K>(), bucketLimiter<K>({ clock })]);
}
