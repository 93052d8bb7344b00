/** Which endpoint a client of a front is led to: one after the other, or the one that it had, where the service wants that. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { MAX_REMEMBERED_CLIENTS } from './limits.ts';
import type { Front, Target } from './fronts.ts';

interface Remembered {
  readonly target: Target;
  /** Milliseconds of the monotonic clock. */
  readonly until: number;
}

export class TargetChoice {
  readonly #clock: Clock;
  #front: Front;
  #turn = 0;
  /** By the client's address; who came last is last. */
  readonly #clients = new Map<string, Remembered>();

  constructor(front: Front, clock: Clock) {
    this.#front = front;
    this.#clock = clock;
  }

  /** Whether flows must choose anew. */
  update(front: Front): boolean {
    const before = this.#front;
    this.#front = front;
    if (front.affinitySeconds === 0) this.#clients.clear();
    return JSON.stringify(before.targets) !== JSON.stringify(front.targets);
  }

  choose(client: string): Target | undefined {
    const { affinitySeconds, targets } = this.#front;
    if (affinitySeconds === 0) return this.#next();
    const now = this.#clock.monotonic();
    const known = this.#clients.get(client);
    const isGood = known !== undefined && known.until > now && targets.some((each) => isSame(each, known.target));
    const target = isGood ? known.target : this.#next();
    this.#clients.delete(client);
    if (target === undefined) return undefined;
    this.#clients.set(client, { target, until: now + affinitySeconds * 1000 });
    const [longest] = this.#clients.keys();
    if (this.#clients.size > MAX_REMEMBERED_CLIENTS && longest !== undefined) this.#clients.delete(longest);
    return target;
  }

  #next(): Target | undefined {
    const { targets } = this.#front;
    return targets[this.#turn++ % targets.length];
  }
}

function isSame(a: Target, b: Target): boolean {
  return a.address === b.address && a.port === b.port;
}
