/** Audit events as EventLists to another server, which is asked again while it does not take them. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import type { AuditBackend, OnAuditLoss } from './audit-backend.ts';
import type { AuditEvent } from './audit-event.ts';

export interface WebhookBackendOptions {
  /** Sends JSON. @throws Error where it is not taken */
  readonly send: (body: string) => Promise<void>;
  /** Milliseconds before the second attempt. */
  readonly initialBackoff: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly onLoss: OnAuditLoss;
}

const attempts = 5;
/** Of each wait over the one before it. */
const factor = 1.5;
/** Part of a wait that chance adds. */
const jitter = 0.2;

export class WebhookBackend implements AuditBackend {
  readonly #options: WebhookBackendOptions;
  readonly #underway = new Set<Promise<boolean>>();
  readonly #stopped = new AbortController();

  constructor(options: WebhookBackendOptions) {
    this.#options = options;
  }

  process(events: readonly AuditEvent[]): Promise<boolean> {
    const items = events.map(({ json }) => json.replace('"kind":"Event","apiVersion":"audit.k8s.io/v1",', ''));
    const body = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}\n`;
    const sent = this.#send(body, events);
    this.#underway.add(sent);
    void sent.finally(() => this.#underway.delete(sent));
    return sent;
  }

  /** The server stops: nothing is tried again. */
  async flush(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#underway);
  }

  async #send(body: string, events: readonly AuditEvent[]): Promise<boolean> {
    const { send, initialBackoff, random, onLoss } = this.#options;
    for (let attempt = 1, wait = initialBackoff; ; attempt++, wait *= factor) {
      try {
        await send(body);
        return true;
      } catch (error) {
        if (attempt < attempts && !this.#stopped.signal.aborted)
          await this.#pause(wait * (1 + jitter * random.fraction()));
        if (attempt < attempts && !this.#stopped.signal.aborted) continue;
        onLoss('webhook', error, events.length);
        return false;
      }
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#stopped;
      const over = () => {
        cancel();
        signal.removeEventListener('abort', over);
        resolve();
      };
      const cancel = this.#options.clock.after(milliseconds, over);
      signal.addEventListener('abort', over);
    });
  }
}
