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
import { DroppedRequests } from './dropped-requests.ts';
import { dumpLevels, dumpQueues, dumpRequests } from './flow-control-dump.ts';
import { SeatPool } from './seat-pool.ts';
import type { Flow, Stay } from './stay.ts';

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

/** Of a user's requests: which schemas may take them, and by which rules. */
type UserFlows = ReadonlyArray<{ readonly flow: Flow; readonly rules: readonly RequestRule[] }>;

export class FlowControl {
  readonly #options: FlowControlOptions;
  readonly #pool: SeatPool;
  readonly #schemaObjects = new Map<string, KubeObject>();
  readonly #levelObjects = new Map<string, KubeObject>();
  readonly #levels = new Map<string, { readonly object: KubeObject; readonly level: PriorityLevel }>();
  readonly #counts = new Map<string, FlowCounts>();
  readonly #dropped = new Map<string, DroppedRequests>();
  /** Who waits or sits. */
  readonly #stays = new Set<Stay>();
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

  /** True: it has its seats; a promise: it waits; else why there are none for it. */
  enter(stay: Stay): true | Rejection | Promise<true | Rejection> {
    const { clock } = this.#options;
    const { level, counts, schema } = stay.flow;
    const { width, signal } = stay.parts;
    const since = clock.monotonic();
    counts.estimatedSeats.observe(width);
    stay.arrived = clock.now();
    if (level.tryTake(width)) {
      this.#stays.add(stay);
      stay.seated = since;
      counts.seat(width, 0);
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<true | Rejection>();
    const over = (outcome: true | Rejection) => {
      cancel();
      signal().removeEventListener('abort', cancelled);
      const now = clock.monotonic();
      counts.endWait(width);
      if (outcome === true) {
        stay.seated = now;
        stay.waited = now - since;
        counts.seat(width, (now - since) / 1000);
      } else {
        this.#stays.delete(stay);
        counts.reject(outcome, (now - since) / 1000);
      }
      resolve(outcome);
    };
    const ticket: Ticket = { width, settle: (isSeated) => over(isSeated || 'concurrency-limit') };
    const place = level.wait(`${schema.name}\0${stay.distinguisher}`, ticket);
    if (place === undefined) {
      const reason = level.settings.queuing === undefined ? 'concurrency-limit' : 'queue-full';
      counts.reject(reason, 0);
      return reason;
    }
    this.#stays.add(stay);
    stay.queue = place.queue;
    counts.beginWait(width, place.length);
    const giveUp = (reason: Rejection) => {
      level.leave(ticket);
      over(reason);
    };
    const cancelled = () => giveUp('cancelled');
    const cancel = this.#options.clock.after(this.#options.waitLimit, () => giveUp('time-out'));
    signal().addEventListener('abort', cancelled);
    return promise;
  }

  leave(stay: Stay): void {
    const { flow, parts, seated } = stay;
    const seconds = (this.#options.clock.monotonic() - (seated ?? 0)) / 1000;
    flow.counts.leave(parts.width, { seconds, isWatch: parts.info.verb === 'watch' });
    this.#stays.delete(stay);
    flow.level.release(parts.width);
  }

  /** Seconds after which a client that was refused may come again. */
  retryAfter({ level }: Flow): number {
    let dropped = this.#dropped.get(level.name);
    if (dropped === undefined) this.#dropped.set(level.name, (dropped = new DroppedRequests()));
    return dropped.record(this.#options.clock.now());
  }

  /** What /debug/api_priority_and_fairness/NAME shows; undefined: there is no such page. */
  dump(name: string, { withDetails }: { readonly withDetails: boolean }): string | undefined {
    if (this.#isStale) this.#rebuild();
    const levels = [...this.#levels.values()]
      .map(({ level }) => ({
        level,
        counts: [...this.#counts.values()].filter((each) => each.level === level.name),
        stays: [...this.#stays].filter(({ flow }) => flow.level === level),
      }))
      .toSorted((a, b) => (a.level.name < b.level.name ? -1 : 1));
    if (name === 'dump_priority_levels') return dumpLevels(levels);
    if (name === 'dump_queues') return dumpQueues(levels);
    if (name !== 'dump_requests') return undefined;
    const { clock } = this.#options;
    const timeOf = (monotonic: number) => clock.now() - (clock.monotonic() - monotonic);
    return dumpRequests(levels, { withDetails, timeOf });
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

/** What is written to its status and metadata makes it no other. */
function isSameLevel(now: KubeObject, before: KubeObject): boolean {
  const { uid, generation } = now.metadata;
  return uid === before.metadata.uid && generation === before.metadata.generation;
}
