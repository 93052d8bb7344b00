/** Who is served when: by flows and priority levels, or all alike up to a limit. */
import type { Middleware } from 'koa';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { ParsedObjectsOf } from '../cacher/parsed-objects.ts';
import { FlowControl, type FlowControlOptions } from '../flow-control/flow-control.ts';
import type { SchemaConditionsOptions } from '../flow-control/schema-conditions.ts';
import { startFlowControl } from '../flow-control/start-flow-control.ts';
import type { RequestState } from '../request-context.ts';
import { InFlight, type InFlightLimits } from './max-in-flight.ts';
import { priorityAndFairness } from './priority-and-fairness.ts';

export interface ComposeFlowControlOptions extends Pick<FlowControlOptions, 'clock' | 'waitLimit'> {
  /** False: plain limits. */
  readonly enabled: boolean;
  readonly limits: InFlightLimits;
  readonly objectsOf: ParsedObjectsOf;
  /** How many objects a list could show. */
  readonly objectsIn: (info: RequestInfo) => number;
}

export interface ComposedFlowControl {
  readonly filter: Middleware<RequestState>;
  /** What is under way. */
  readonly inFlight: InFlight;
  readonly metrics: { render(): string } | undefined;
  /** Pages for a person; undefined: there are none. */
  readonly dump: FlowControl['dump'] | undefined;
  /** Once reads and writes are possible. */
  start(sources: Omit<SchemaConditionsOptions, 'flowSchemas' | 'priorityLevels'>): Promise<void>;
}

const group = 'flowcontrol.apiserver.k8s.io';

export function composeFlowControl(options: ComposeFlowControlOptions): ComposedFlowControl {
  const { enabled, limits, clock, waitLimit, objectsOf, objectsIn } = options;
  const inFlight = new InFlight(limits);
  const seats = limits.reads + limits.writes;
  if (!enabled || seats === 0) {
    return { filter: inFlight.filter, inFlight, metrics: undefined, dump: undefined, start: () => Promise.resolve() };
  }
  const objects = {
    flowSchemas: objectsOf(group, 'flowschemas'),
    priorityLevels: objectsOf(group, 'prioritylevelconfigurations'),
  };
  const flowControl = new FlowControl({ clock, seats, waitLimit, ...objects });
  return {
    filter: priorityAndFairness({ flowControl, inFlight, objectsIn }),
    inFlight,
    metrics: flowControl,
    dump: (page, how) => flowControl.dump(page, how),
    start: (sources) => startFlowControl({ ...sources, ...objects }),
  };
}
