/**
 * Wakes the feed: by notifications where they arrive, and by polling, rarely to cover a lost one, often where none arrive
 * (a pooler that hands the session to somebody else after LISTEN).
 */
import type { Client } from 'pg';
import pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Feed } from './feed.ts';
import { LISTEN_PROBE_MS, type OnEvent, POLL_WITH_LISTEN_MS, POLL_WITHOUT_LISTEN_MS } from './options.ts';

export interface WakeUpOptions {
  readonly channel: string;
  /** Payload of this process's own notifications. */
  readonly self: string;
  readonly clock: Clock;
  /** Sends a notification over another connection. */
  readonly notify: (payload: string) => Promise<void>;
  readonly onEvent: OnEvent;
}

/** Polls that found something no notification had told of, until notifications are no longer trusted. */
const MISSES = 2;
/** Milliseconds until notifications are tried again. */
const PROBE_AGAIN_MS = 30_000;

export class WakeUp {
  readonly #options: WakeUpOptions;
  #feed: Feed | undefined;
  #listening = false;
  #misses = 0;
  #cancelPoll: (() => void) | undefined;
  #cancelProbe: (() => void) | undefined;
  #closed = false;

  constructor(options: WakeUpOptions) {
    this.#options = options;
  }

  /** True while notifications arrive. */
  get listening(): boolean {
    return this.#listening;
  }

  start(feed: Feed): void {
    this.#feed = feed;
    this.#probe();
    this.#schedulePoll();
  }

  /** On every new connection that is to receive the notifications. */
  async attach(client: Client): Promise<void> {
    this.#listening = false;
    client.on('notification', ({ payload }) => this.#notified(payload ?? ''));
    await client.query(`listen ${pg.escapeIdentifier(this.#options.channel)}`);
    this.#probe();
  }

  close(): void {
    this.#closed = true;
    this.#cancelPoll?.();
    this.#cancelProbe?.();
  }

  #notified(payload: string): void {
    this.#misses = 0;
    if (payload === this.#probePayload) {
      if (!this.#listening) {
        this.#listening = true;
        this.#schedulePoll();
      }
    } else if (payload !== this.#options.self) {
      void this.#feed?.wake();
    }
  }

  get #probePayload(): string {
    return `${this.#options.self} probe`;
  }

  /** Whether LISTEN works shows only when a notification has come through. */
  #probe(): void {
    this.#cancelProbe?.();
    if (this.#feed === undefined || this.#closed) {
      return;
    }
    this.#options.notify(this.#probePayload).catch(() => {});
    this.#cancelProbe = this.#options.clock.after(LISTEN_PROBE_MS, () => {
      if (!this.#listening) {
        this.#options.onEvent({
          level: 'info',
          message: `notifications do not arrive: polling every ${POLL_WITHOUT_LISTEN_MS} ms`,
        });
        this.#cancelProbe = this.#options.clock.after(PROBE_AGAIN_MS, () => this.#probe());
      }
    });
  }

  #schedulePoll(): void {
    this.#cancelPoll?.();
    if (!this.#closed) {
      const pause = this.#listening ? POLL_WITH_LISTEN_MS : POLL_WITHOUT_LISTEN_MS;
      this.#cancelPoll = this.#options.clock.after(pause, () => void this.#poll());
    }
  }

  async #poll(): Promise<void> {
    const feed = this.#feed;
    if (feed !== undefined) {
      const readBefore = feed.eventsRead;
      this.#misses++;
      await feed.wake();
      if (feed.eventsRead === readBefore) {
        this.#misses = 0;
      } else if (this.#listening && this.#misses >= MISSES) {
        this.#options.onEvent({ level: 'warn', message: 'notifications get lost: polling until they arrive again' });
        this.#listening = false;
        this.#probe();
      }
    }
    this.#schedulePoll();
  }
}
