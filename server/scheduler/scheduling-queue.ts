/**
 * Pods that want a node: those to be tried now, those that must wait a little, and those that did not fit, which come back when
 * something happens that may have changed that.
 */
import type { ClusterEvent, PodInfo, QueuedPod } from '../../backends/scheduler/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import { Heap } from './heap.ts';
import { INITIAL_BACK_OFF, MAX_BACK_OFF, MAX_UNSCHEDULABLE } from './limits.ts';

export interface WaitingPod extends QueuedPod {
  pod: PodInfo;
  since: number;
  /** When it first came. */
  readonly addedAt: number;
  attempts: number;
  /** Plugins that rejected it; empty: something went wrong, and any change will do. */
  rejectedBy: ReadonlySet<string>;
  /** A plugin keeps it out of the queue. */
  isGated: boolean;
}

export interface SchedulingQueueParts {
  readonly clock: Clock;
  readonly less: (a: QueuedPod, b: QueuedPod) => boolean;
  /** Name of a plugin that keeps the pod out. */
  readonly gateOf: (pod: PodInfo) => string | undefined;
  /** Whether the event may help a pod that the plugin rejected. */
  readonly isWokenBy: (plugin: string, event: ClusterEvent) => boolean;
  /** There is a pod to be tried. */
  readonly onReady: () => void;
  /** A pod came into a queue, because of an event. */
  readonly onQueued?: (queue: 'active' | 'backoff' | 'unschedulable', event: string) => void;
  /** Milliseconds that a pod waits after its first failure, and at most; default: 1 s, 10 s. */
  readonly backOff?: BackOff | undefined;
}

export interface BackOff {
  readonly initial: number;
  readonly max: number;
}

/** Milliseconds between looks for those that have waited too long. */
const leftoverInterval = 30_000;

export class SchedulingQueue {
  readonly #parts: SchedulingQueueParts;
  readonly #waits: BackOff;
  readonly #active: Heap<WaitingPod>;
  readonly #backOff: Heap<WaitingPod>;
  readonly #unschedulable = new Map<string, WaitingPod>();
  #timer: (() => void) | undefined;

  constructor(parts: SchedulingQueueParts, signal: AbortSignal) {
    this.#parts = parts;
    const keyOf = ({ pod }: WaitingPod) => pod.uid;
    this.#active = new Heap({ keyOf, less: parts.less });
    this.#waits = parts.backOff ?? { initial: INITIAL_BACK_OFF, max: MAX_BACK_OFF };
    this.#backOff = new Heap({ keyOf, less: (a, b) => this.#readyAt(a) < this.#readyAt(b) });
    const sweep = () => {
      if (signal.aborted) return;
      const now = parts.clock.now();
      for (const waiting of [...this.#unschedulable.values()]) {
        if (!waiting.isGated && now - waiting.since > MAX_UNSCHEDULABLE) this.#requeue(waiting, 'UnschedulableTimeout');
      }
      parts.clock.after(leftoverInterval, sweep);
    };
    parts.clock.after(leftoverInterval, sweep);
  }

  get sizes(): {
    readonly active: number;
    readonly backoff: number;
    readonly unschedulable: number;
    readonly gated: number;
  } {
    const gated = [...this.#unschedulable.values()].filter(({ isGated }) => isGated).length;
    return {
      active: this.#active.size,
      backoff: this.#backOff.size,
      unschedulable: this.#unschedulable.size - gated,
      gated,
    };
  }

  /** By plugin and profile. */
  get rejected(): { plugin: string; profile: string; pods: number }[] {
    const counts = new Map<string, { plugin: string; profile: string; pods: number }>();
    for (const { pod, rejectedBy } of this.#unschedulable.values()) {
      for (const plugin of rejectedBy) {
        const key = `${plugin}/${pod.schedulerName}`;
        const count = counts.get(key) ?? { plugin, profile: pod.schedulerName, pods: 0 };
        count.pods++;
        counts.set(key, count);
      }
    }
    return [...counts.values()];
  }

  add(pod: PodInfo): void {
    const now = this.#parts.clock.now();
    this.#enter({ pod, since: now, addedAt: now, attempts: 0, rejectedBy: new Set(), isGated: false }, 'PodAdd');
  }

  /** `mayFit`: what was changed may be why it did not fit. */
  update(pod: PodInfo, { mayFit }: { readonly mayFit: boolean }): void {
    const waiting = this.#find(pod.uid);
    if (waiting === undefined) return;
    if (this.#active.get(pod.uid) !== undefined) {
      this.#active.delete(pod.uid);
      waiting.pod = pod;
      this.#active.set(waiting);
      return;
    }
    waiting.pod = pod;
    if (this.#unschedulable.has(pod.uid) && (mayFit || waiting.isGated)) this.#requeue(waiting, 'PodUpdate');
  }

  has(uid: string): boolean {
    return this.#find(uid) !== undefined;
  }

  delete(uid: string): void {
    this.#active.delete(uid);
    this.#backOff.delete(uid);
    this.#unschedulable.delete(uid);
  }

  pop(): WaitingPod | undefined {
    const next = this.#active.pop();
    if (next !== undefined) next.attempts++;
    return next;
  }

  /** It was tried, and did not fit. */
  addUnschedulable(waiting: WaitingPod, rejectedBy: ReadonlySet<string>): void {
    waiting.rejectedBy = rejectedBy;
    waiting.since = this.#parts.clock.now();
    if (rejectedBy.size === 0) {
      this.#wait(waiting, 'ScheduleAttemptFailure');
      return;
    }
    this.#unschedulable.set(waiting.pod.uid, waiting);
    this.#parts.onQueued?.('unschedulable', 'ScheduleAttemptFailure');
  }

  /** Something has happened in the cluster. */
  move(event: ClusterEvent): void {
    for (const waiting of [...this.#unschedulable.values()]) {
      for (const plugin of waiting.rejectedBy) {
        if (!this.#parts.isWokenBy(plugin, event)) continue;
        this.#requeue(waiting, event);
        break;
      }
    }
  }

  #find(uid: string): WaitingPod | undefined {
    return this.#active.get(uid) ?? this.#backOff.get(uid) ?? this.#unschedulable.get(uid);
  }

  #requeue(waiting: WaitingPod, event: string): void {
    this.#unschedulable.delete(waiting.pod.uid);
    if (this.#readyAt(waiting) > this.#parts.clock.now()) this.#wait(waiting, event);
    else this.#enter(waiting, event);
  }

  #enter(waiting: WaitingPod, event: string): void {
    const gate = this.#parts.gateOf(waiting.pod);
    waiting.isGated = gate !== undefined;
    if (gate !== undefined) {
      waiting.rejectedBy = new Set([gate]);
      this.#unschedulable.set(waiting.pod.uid, waiting);
      this.#parts.onQueued?.('unschedulable', event);
      return;
    }
    this.#active.set(waiting);
    this.#parts.onQueued?.('active', event);
    this.#parts.onReady();
  }

  #wait(waiting: WaitingPod, event: string): void {
    this.#backOff.set(waiting);
    this.#parts.onQueued?.('backoff', event);
    this.#schedule();
  }

  #schedule(): void {
    this.#timer?.();
    this.#timer = undefined;
    const next = this.#backOff.peek();
    if (next === undefined) return;
    this.#timer = this.#parts.clock.after(Math.max(0, this.#readyAt(next) - this.#parts.clock.now()), () => {
      const now = this.#parts.clock.now();
      for (
        let ready = this.#backOff.peek();
        ready !== undefined && this.#readyAt(ready) <= now;
        ready = this.#backOff.peek()
      ) {
        this.#backOff.pop();
        this.#enter(ready, 'BackoffComplete');
      }
      this.#schedule();
    });
  }

  #readyAt({ since, attempts }: WaitingPod): number {
    if (attempts === 0) return since;
    return since + Math.min(this.#waits.initial * 2 ** (attempts - 1), this.#waits.max);
  }
}
