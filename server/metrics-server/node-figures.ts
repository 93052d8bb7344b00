/** The figures of nodes: asked for when somebody wants to know them, through the API server, and told again for a while. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Client } from '../client/client.ts';
import { FIGURES_FRESH_MS, KUBELET_ANSWER_MS, KUBELETS_ASKED_AT_ONCE } from './limits.ts';
import { type NodeSummary, readSummary } from './node-summary.ts';

export interface NodeFiguresOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

interface Asked {
  /** By the monotonic clock. */
  readonly at: number;
  /** Undefined: the node is silent. */
  readonly summary: Promise<NodeSummary | undefined>;
}

export class NodeFigures {
  readonly #options: NodeFiguresOptions;
  /** By node; who was asked last is last. */
  readonly #asked = new Map<string, Asked>();
  #running = 0;
  readonly #waiting: Array<() => void> = [];

  constructor(options: NodeFiguresOptions) {
    this.#options = options;
  }

  /** Of those that answer, by name. */
  async of(nodes: Iterable<string>): Promise<Map<string, NodeSummary>> {
    this.#forgetOld();
    const asked = await Promise.all([...new Set(nodes)].map(async (node) => [node, await this.#ask(node)] as const));
    const known = new Map<string, NodeSummary>();
    for (const [node, summary] of asked) if (summary !== undefined) known.set(node, summary);
    return known;
  }

  #ask(node: string): Promise<NodeSummary | undefined> {
    const known = this.#asked.get(node);
    if (known !== undefined) return known.summary;
    const summary = this.#inTurn(() => this.#read(node)).catch((error: unknown) => {
      if (!this.#options.signal.aborted) this.#options.onError(error, `figures of node ${node}`);
      return undefined;
    });
    this.#asked.set(node, { at: this.#options.clock.monotonic(), summary });
    return summary;
  }

  async #read(node: string): Promise<NodeSummary> {
    const { client, clock, signal } = this.#options;
    const tooLate = new AbortController();
    const cancel = clock.after(KUBELET_ANSWER_MS, () => tooLate.abort());
    try {
      const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`;
      return readSummary(await client.request({ path, signal: AbortSignal.any([signal, tooLate.signal]) }));
    } finally {
      cancel();
    }
  }

  #forgetOld(): void {
    const now = this.#options.clock.monotonic();
    for (const [node, { at }] of this.#asked) {
      if (now - at < FIGURES_FRESH_MS) return;
      this.#asked.delete(node);
    }
  }

  async #inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#running >= KUBELETS_ASKED_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
