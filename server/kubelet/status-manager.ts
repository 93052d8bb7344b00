/** Writes the status of pods: the newest of each, a bounded number at once; and takes pods away at the end of their grace. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Pod, PodStatus } from '../client/api-types.ts';
import { type Client, isConflict, isNotFound, reasonOf } from '../client/client.ts';
import { pods } from '../client/resource-types.ts';
import { compareResourceVersions } from '../client/resource-version.ts';
import { STATUS_WRITES_IN_FLIGHT } from './limits.ts';
import { statusPatch } from './status-patch.ts';

interface Entry {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** What the API has, as far as known. */
  written: PodStatus;
  resourceVersion: string;
  wanted: PodStatus | undefined;
  wantsRemoval: boolean;
  isQueued: boolean;
  isWriting: boolean;
}

export interface StatusManagerParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** Milliseconds before a write that failed is tried again. */
const retryAfter = 1000;

export class StatusManager {
  readonly #parts: StatusManagerParts;
  readonly #entries = new Map<string, Entry>();
  readonly #queue: Entry[] = [];
  #inFlight = 0;

  constructor(parts: StatusManagerParts) {
    this.#parts = parts;
  }

  /** What was written last, or what the API had at first. */
  current(pod: Pod): PodStatus {
    return this.#entry(pod).wanted ?? this.#entry(pod).written;
  }

  /** Only the newest is written. */
  set(pod: Pod, status: PodStatus): void {
    const entry = this.#entry(pod);
    entry.wanted = status;
    this.#enqueue(entry);
  }

  /** After its last status is written. */
  remove(pod: Pod): void {
    const entry = this.#entry(pod);
    entry.wantsRemoval = true;
    this.#enqueue(entry);
  }

  /** The pod as the API now has it: what others have overwritten is written again. */
  observe(pod: Pod): void {
    const entry = this.#entry(pod);
    const resourceVersion = pod.metadata.resourceVersion ?? '0';
    if (entry.isWriting || compareResourceVersions(resourceVersion, entry.resourceVersion) < 0) return;
    entry.resourceVersion = resourceVersion;
    entry.written = pod.status ?? {};
    if (entry.wanted !== undefined) this.#enqueue(entry);
  }

  /** The pod is gone. */
  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  #entry({ metadata, status }: Pod): Entry {
    const { uid = '', name = '', namespace = '', resourceVersion = '0' } = metadata;
    let entry = this.#entries.get(uid);
    if (entry === undefined) {
      entry = {
        namespace,
        name,
        uid,
        written: status ?? {},
        resourceVersion,
        wanted: undefined,
        wantsRemoval: false,
        isQueued: false,
        isWriting: false,
      };
      this.#entries.set(uid, entry);
    }
    return entry;
  }

  #enqueue(entry: Entry): void {
    if (entry.isQueued) return;
    entry.isQueued = true;
    this.#queue.push(entry);
    // Changes of one turn become one write.
    if (this.#queue.length === 1) queueMicrotask(() => this.#pump());
  }

  #pump(): void {
    const waiting: Entry[] = [];
    while (this.#inFlight < STATUS_WRITES_IN_FLIGHT) {
      const entry = this.#queue.shift();
      if (entry === undefined) break;
      if (entry.isWriting) {
        waiting.push(entry);
        continue;
      }
      entry.isQueued = false;
      this.#inFlight++;
      entry.isWriting = true;
      void this.#write(entry).finally(() => {
        this.#inFlight--;
        entry.isWriting = false;
        this.#pump();
      });
    }
    this.#queue.push(...waiting);
  }

  async #write(entry: Entry): Promise<void> {
    const { client, clock, signal, onError } = this.#parts;
    const { namespace, name, uid, wanted } = entry;
    if (signal.aborted || this.#entries.get(uid) !== entry) return;
    try {
      const patch = wanted === undefined ? undefined : statusPatch(entry.written, wanted);
      if (patch !== undefined) {
        const body = { metadata: { uid }, status: patch };
        const written = await client
          .of(pods)
          .patch(name, body, { namespace, type: 'strategic', subresource: 'status', signal });
        entry.written = written.status ?? {};
        entry.resourceVersion = written.metadata.resourceVersion ?? '0';
      }
      if (!entry.wantsRemoval || entry.wanted !== wanted) return;
      entry.wantsRemoval = false;
      await client.of(pods).delete(name, { namespace, preconditions: { uid }, gracePeriodSeconds: 0, signal });
    } catch (error) {
      // Gone, or another pod of that name by now.
      if (isNotFound(error) || isConflict(error)) {
        this.forget(uid);
        return;
      }
      if (signal.aborted) return;
      onError(error, `status of pod ${namespace}/${name}`);
      // It would be refused again; the next change may be taken.
      if (reasonOf(error) === 'Invalid') return;
      clock.after(retryAfter, () => this.#enqueue(entry));
    }
  }
}
