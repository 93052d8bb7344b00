/** A request at its priority level: it waits or it sits, until it leaves. */
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { FlowCounts } from './flow-control-metrics.ts';
import type { FlowSchema } from './flow-schema.ts';
import type { PriorityLevel } from './priority-level.ts';

/** A schema at its level, as it is now. */
export interface Flow {
  readonly schema: FlowSchema;
  readonly level: PriorityLevel;
  readonly counts: FlowCounts;
}

export interface StayParts {
  readonly user: UserInfo;
  readonly info: RequestInfo;
  /** Seats. */
  readonly width: number;
  /** Asked for where the request has to wait: ends the wait. */
  readonly signal: () => AbortSignal;
}

export class Stay {
  readonly flow: Flow;
  readonly parts: StayParts;
  /** Milliseconds since the epoch. */
  arrived = 0;
  /** Monotonic milliseconds; undefined: it waits. */
  seated: number | undefined;
  /** Milliseconds, once it sits. */
  waited = 0;
  /** In which it waits or has waited; -1: none. */
  queue = -1;

  constructor(flow: Flow, parts: StayParts) {
    this.flow = flow;
    this.parts = parts;
  }

  /** What parts the requests of its schema into flows. */
  get distinguisher(): string {
    const { distinguish } = this.flow.schema;
    const { user, info } = this.parts;
    return distinguish === 'ByUser' ? user.name : distinguish === 'ByNamespace' ? info.namespace : '';
  }
}
