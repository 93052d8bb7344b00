/** Time as the runtimes see it; the kubelet's clock fits too. Injected, so that a simulation replays exactly. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `milliseconds`. Returns its cancellation. */
  after(milliseconds: number, callback: () => void): () => void;
}
