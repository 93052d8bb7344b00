/** What `portico up` says while its cluster moves: nodes that are Ready, pods by state, writes a second. Silent while nothing changes. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { Node, Pod } from '../client/api-types.ts';
import type { Client } from '../client/client.ts';
import type { Stored } from '../client/lister.ts';
import { runReflector } from '../client/reflector.ts';
import type { ResourceType } from '../client/resource-type.ts';
import { nodes, pods } from '../client/resource-types.ts';
import { Census, nodeState, podState, podStates } from './cluster-census.ts';

export interface ProgressParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Nodes that there will be. */
  readonly nodes: number;
  /** Milliseconds between two reports at least. */
  readonly interval: number;
  readonly report: (text: string) => void;
  readonly onError: (error: unknown, what: string) => void;
}

/** Milliseconds from the first change to its report: the next mostly follow at once. */
const settles = 500;

/** Resolves when the signal aborts. */
export async function showProgress(parts: ProgressParts): Promise<void> {
  await new Progress(parts).run();
}

class Progress {
  readonly #parts: ProgressParts;
  readonly #nodes: Census<Node>;
  readonly #pods: Census<Pod>;
  #isDue = false;
  #reportedAt = Number.NEGATIVE_INFINITY;
  /** When what is reported next began. */
  #since = { at: 0, revision: 0 };

  constructor(parts: ProgressParts) {
    this.#parts = parts;
    const onChange = () => this.#changed();
    this.#nodes = new Census<Node>({ stateOf: nodeState, onChange });
    this.#pods = new Census<Pod>({ stateOf: podState, onChange });
  }

  async run(): Promise<void> {
    await Promise.all([this.#follow(nodes, this.#nodes), this.#follow(pods, this.#pods)]);
  }

  #follow<T extends Stored & object>(type: ResourceType<T>, sink: Census<T>): Promise<void> {
    const { client, clock, random, signal, onError } = this.#parts;
    const resource = client.of(type);
    return runReflector<T>({ resource, select: {}, metadataOnly: false, sink, clock, random, signal, onError });
  }

  #changed(): void {
    const { clock, signal, interval } = this.#parts;
    if (this.#isDue || signal.aborted) return;
    this.#isDue = true;
    const now = clock.monotonic();
    this.#since = { at: now, revision: this.#revision };
    clock.after(Math.max(settles, this.#reportedAt + interval - now), () => {
      this.#isDue = false;
      if (!signal.aborted) this.#report();
    });
  }

  /** Of the whole store: every write counts it up. */
  get #revision(): number {
    return Math.max(Number(this.#nodes.resourceVersion), Number(this.#pods.resourceVersion));
  }

  #report(): void {
    const now = this.#parts.clock.monotonic();
    this.#reportedAt = now;
    const { at, revision } = this.#since;
    const rate = Math.round(((this.#revision - revision) * 1000) / (now - at));
    this.#parts.report(`${this.#nodesText()} · ${this.#podsText()} · ${numberText(rate)} writes/s`);
  }

  #nodesText(): string {
    const ready = this.#nodes.count('Ready');
    const all = Math.max(this.#parts.nodes, this.#nodes.size);
    return ready === all
      ? `${numberText(all)} ${all === 1 ? 'node' : 'nodes'} Ready`
      : `${numberText(ready)} of ${numberText(all)} nodes Ready`;
  }

  #podsText(): string {
    const counted = podStates.flatMap((state) => {
      const count = this.#pods.count(state);
      return count === 0 ? [] : [`${numberText(count)} ${state}`];
    });
    return counted.length === 0 ? 'no pods' : `pods: ${counted.join(', ')}`;
  }
}

function numberText(value: number): string {
  return value.toLocaleString('en-US');
}
