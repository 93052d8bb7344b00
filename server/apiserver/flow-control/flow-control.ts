/** API priority and fairness: which flow a request belongs to, and whether it is served now, later or not at all. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { ParsedObjects } from '../cacher/parsed-objects.ts';
import { bySchemaOrder, compileFlowSchema, type FlowSchema, type RequestRule } from './flow-schema.ts';
import { FlowCounts, type Rejection, renderFlowControl } from './flow-control-metrics.ts';
import { catchAllName } from './bootstrap/bootstrap-objects.ts';
import { PriorityLevel, type Ticket } from './priority-level.ts';
import { SeatPool } from './seat-pool.ts';

type Observed = Pick<ParsedObjects, 'observe'>;

export interface FlowControlOptions {
  readonly clock: Clock;
  /** Seats of the server: what --max-requests-inflight and --max-mutating-requests-inflight add up to. */
  readonly seats: number;
  /** Milliseconds that a request may wait. */
  readonly waitLimit: number;
  readonly flowSchemas: Observed;
  readonly priorityLevels: Observed;
}

/** A schema at its level, as it is now. */
export interface Flow {
  readonly schema: FlowSchema;
  readonly level: PriorityLevel;
  readonly counts: FlowCounts;
}

/** Of a user's requests: which schemas may take them, and by which rules. */
type UserFlows = ReadonlyArray<{ readonly flow: Flow; readonly rules: readonly RequestRule[] }>;

export class FlowControl {
  readonly #options: FlowControlOptions;
  readonly #pool: SeatPool;
  readonly #schemaObjects = new Map<string, KubeObject>();
  readonly #levelObjects = new Map<string, KubeObject>();
  readonly #levels = new Map<string, { readonly object: KubeObject; readonly level: PriorityLevel }>();
  readonly #counts = new Map<string, FlowCounts>();
  #flows: readonly Flow[] = [];
  #isStale = true;
  /** Users mostly come again: their subjects are matched once. */
  #byUser = new WeakMap<UserInfo, UserFlows>();

  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.#pool = new SeatPool(options.seats);
    this.#follow(options.flowSchemas, this.#schemaObjects);
    this.#follow(options.priorityLevels, this.#levelObjects);
  }

  /** Undefined: nothing is configured yet. */
  classify(user: UserInfo, info: RequestInfo): Flow | undefined {
    if (this.#isStale) this.#rebuild();
    let known = this.#byUser.get(user);
    if (known === undefined) {
      known = this.#flows.flatMap((flow) => {
        const rules = flow.schema.rulesFor(user);
        return rules === undefined ? [] : [{ flow, rules }];
      });
      this.#byUser.set(user, known);
    }
    for (const { flow, rules } of known) for (const takes of rules) if (takes(info)) return flow;
    // Who is in no group is still somebody.
    return this.#flows.find(({ schema }) => schema.name === catchAllName);
  }

  /** True: it has its seats; false: there are none for it; a promise: it waits. `signal` ends the wait. */
  enter(flow: Flow, { user, info, width, signal }: EntryOptions): true | Rejection | Promise<true | Rejection> {
    const { level, counts } = flow;
    if (level.tryTake(width)) {
      seat(counts, width, 0);
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<true | Rejection>();
    const since = this.#options.clock.monotonic();
    const over = (outcome: true | Rejection) => {
      cancel();
      signal().removeEventListener('abort', cancelled);
      counts.waiting--;
      if (outcome === true) seat(counts, width, (this.#options.clock.monotonic() - since) / 1000);
      else counts.reject(outcome);
      resolve(outcome);
    };
    const ticket: Ticket = { width, settle: (isSeated) => over(isSeated || 'concurrency-limit') };
    if (!level.wait(flowOf(flow.schema, user, info), ticket)) {
      const reason = level.settings.queuing === undefined ? 'concurrency-limit' : 'queue-full';
      counts.reject(reason);
      return reason;
    }
    counts.waiting++;
    const giveUp = (reason: Rejection) => {
      level.leave(ticket);
      over(reason);
    };
    const cancelled = () => giveUp('cancelled');
    const cancel = this.#options.clock.after(this.#options.waitLimit, () => giveUp('time-out'));
    signal().addEventListener('abort', cancelled);
    return promise;
  }

  leave({ level, counts }: Flow, width: number): void {
    counts.executing--;
    counts.seats -= width;
    level.release(width);
  }

  render(): string {
    return renderFlowControl(
      this.#counts.values(),
      [...this.#levels.values()].map(({ level }) => level),
    );
  }

  #follow(objects: Observed, known: Map<string, KubeObject>): void {
    objects.observe({
      all: () => {
        known.clear();
        this.#isStale = true;
      },
      present: (object) => {
        known.set(object.metadata.name ?? '', object);
        this.#isStale = true;
      },
      gone: ({ metadata }) => {
        known.delete(metadata.name ?? '');
        this.#isStale = true;
      },
    });
  }

  /** With the next request after a change. Levels that are as they were keep those who sit and wait. */
  #rebuild(): void {
    this.#isStale = false;
    for (const [name, { object, level }] of this.#levels) {
      const now = this.#levelObjects.get(name);
      if (now !== undefined && isSameLevel(now, object)) continue;
      this.#levels.delete(name);
      level.dismiss();
    }
    for (const [name, object] of this.#levelObjects) {
      if (!this.#levels.has(name)) this.#levels.set(name, { object, level: new PriorityLevel(object, this.#pool) });
    }
    this.#pool.share([...this.#levels.values()].map(({ level }) => level));
    this.#flows = [...this.#schemaObjects.values()]
      .map(compileFlowSchema)
      .toSorted(bySchemaOrder)
      .flatMap((schema) => {
        const known = this.#levels.get(schema.levelName);
        return known === undefined ? [] : [{ schema, level: known.level, counts: this.#countsOf(schema) }];
      });
    this.#byUser = new WeakMap();
  }

  #countsOf({ levelName, name }: FlowSchema): FlowCounts {
    const key = `${levelName}/${name}`;
    let counts = this.#counts.get(key);
    if (counts === undefined) this.#counts.set(key, (counts = new FlowCounts(levelName, name)));
    return counts;
  }
}

export interface EntryOptions {
  readonly user: UserInfo;
  readonly info: RequestInfo;
  /** Seats. */
  readonly width: number;
  /** Asked for where the request has to wait. */
  readonly signal: () => AbortSignal;
}

function seat(counts: FlowCounts, width: number, waited: number): void {
  counts.dispatched++;
  counts.executing++;
  counts.seats += width;
  counts.observeWait(waited);
}

function flowOf({ name, distinguish }: FlowSchema, user: UserInfo, info: RequestInfo): string {
  const distinguisher = distinguish === 'ByUser' ? user.name : distinguish === 'ByNamespace' ? info.namespace : '';
  return `${name}\0${distinguisher}`;
}

/** What is written to its status and metadata makes it no other. */
function isSameLevel(now: KubeObject, before: KubeObject): boolean {
  const { uid, generation } = now.metadata;
  return uid === before.metadata.uid && generation === before.metadata.generation;
}
