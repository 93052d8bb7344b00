/** The last line of a terminal, written again and again; elsewhere each text is a line of its own. */

export interface LineOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Back to the margin, and whatever stood there goes. */
const wipe = '\r\u001B[2K';

export class LiveLine {
  readonly #output: LineOutput;
  #isShown = false;

  constructor(output: LineOutput) {
    this.#output = output;
  }

  get isLive(): boolean {
    return this.#output.isTTY === true;
  }

  show(text: string): void {
    if (!this.isLive) {
      this.#output.write(`${text}\n`);
      return;
    }
    // A line that wraps could not be wiped.
    this.#output.write(wipe + text.slice(0, Math.max(0, (this.#output.columns ?? 80) - 1)));
    this.#isShown = true;
  }

  /** Before anything else is written; the line comes back with the next text. */
  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#output.write(wipe);
  }
}
