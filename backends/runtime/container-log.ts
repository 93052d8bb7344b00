/** What a container has printed, the last of it, with those who follow. */
import type { Clock } from './clock.ts';
import type { LogLine } from './interface.ts';
import { MAX_LOG_LINES } from './limits.ts';

export class ContainerLog {
  readonly #clock: Clock;
  /** Most containers never print. */
  #lines: LogLine[] | undefined;
  #dropped = 0;
  #partial: { stdout: string; stderr: string } | undefined;
  #waiting: Set<() => void> | undefined;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `text` may end within a line: the rest follows with the next write. */
  write(stream: 'stdout' | 'stderr', text: string): void {
    this.#partial ??= { stdout: '', stderr: '' };
    const lines = (this.#partial[stream] + text).split('\n');
    this.#partial[stream] = lines.pop() ?? '';
    if (lines.length > 0) this.#add(stream, lines);
  }

  close(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#partial?.[stream] ?? '';
      if (rest !== '') this.#add(stream, [rest], { isPartial: true });
    }
    this.#partial = undefined;
    this.#isClosed = true;
    this.#wake();
  }

  async *read({ follow, signal }: { readonly follow: boolean; readonly signal: AbortSignal }): AsyncIterable<LogLine> {
    let at = this.#dropped;
    for (;;) {
      at = Math.max(at, this.#dropped);
      const line = this.#lines?.[at - this.#dropped];
      if (line !== undefined) {
        at++;
        yield line;
      } else if (!follow || this.#isClosed || signal.aborted) return;
      else await this.#more(signal);
    }
  }

  #add(stream: 'stdout' | 'stderr', texts: readonly string[], more: { readonly isPartial?: true } = {}): void {
    const time = this.#clock.now();
    this.#lines ??= [];
    for (const text of texts) this.#lines.push({ stream, time, text, ...more });
    const excess = this.#lines.length - MAX_LOG_LINES;
    // In larger steps, so that a line costs nothing.
    if (excess > MAX_LOG_LINES / 4) {
      this.#lines.splice(0, excess);
      this.#dropped += excess;
    }
    this.#wake();
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting ??= new Set();
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.#waiting?.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #wake(): void {
    for (const wake of [...(this.#waiting ?? [])]) wake();
  }
}
