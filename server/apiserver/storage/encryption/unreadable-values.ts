/** Stored values that no configured key opens: what depends on them is refused, everything else goes on. */
import { newInternalError, type StatusError } from '../../../apimachinery/errors/status-error.ts';

export class UnreadableValues {
  readonly #reasons = new Map<string, string>();

  get size(): number {
    return this.#reasons.size;
  }

  add(key: string, reason: string): void {
    this.#reasons.set(key, reason);
  }

  delete(key: string): void {
    if (this.#reasons.size > 0) this.#reasons.delete(key);
  }

  clear(): void {
    this.#reasons.clear();
  }

  hasBelow(prefix: string): boolean {
    return this.#reasons.keys().some((key) => key.startsWith(prefix));
  }

  /** @throws StatusError 500 if this one cannot be read */
  check(key: string): void {
    const reason = this.#reasons.get(key);
    if (reason !== undefined) throw unreadable(reason);
  }

  /** @throws StatusError 500 if one of these cannot be read */
  checkBelow(prefix: string): void {
    for (const [key, reason] of this.#reasons) {
      if (key.startsWith(prefix)) throw unreadable(`unable to transform key ${JSON.stringify(key)}: ${reason}`);
    }
  }
}

export function unreadable(reason: string): StatusError {
  return newInternalError(new Error(reason));
}
