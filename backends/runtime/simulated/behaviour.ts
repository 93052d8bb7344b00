/** How a simulated container behaves: defaults, and what the pod's annotations say of all its containers or of one. */
import { parseBytes, parseCores, parseDuration, parseSpans, type TimeSpan } from './durations.ts';

/** simulation.portico.dev/exit-code for every container, simulation.portico.dev/exit-code.web for one. */
const prefix = 'simulation.portico.dev/';

export interface Behaviour {
  /** Milliseconds; unset: chosen by the image's name. */
  readonly pullTime: number | undefined;
  /** Message of pulls that fail. */
  readonly pullError: string | undefined;
  /** Milliseconds from created to running. */
  readonly startTime: number;
  /** Message of starts that fail. */
  readonly startError: string | undefined;
  /** Milliseconds until its probes succeed. */
  readonly readyAfter: number;
  /** Milliseconds until it exits by itself; unset: what its command does, or never. */
  readonly runFor: number | undefined;
  readonly exitCode: number | undefined;
  /** Milliseconds until it is killed for its memory. */
  readonly outOfMemoryAfter: number | undefined;
  /** Milliseconds from SIGTERM to its end. */
  readonly stopTime: number;
  readonly startupFails: readonly TimeSpan[];
  readonly readinessFails: readonly TimeSpan[];
  readonly livenessFails: readonly TimeSpan[];
  /** Billionths of a core. */
  readonly cpu: number | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
  /** Printed when it starts. */
  readonly log: string | undefined;
}

export const defaultBehaviour: Behaviour = {
  pullTime: undefined,
  pullError: undefined,
  startTime: 20,
  startError: undefined,
  readyAfter: 0,
  runFor: undefined,
  exitCode: undefined,
  outOfMemoryAfter: undefined,
  stopTime: 20,
  startupFails: [],
  readinessFails: [],
  livenessFails: [],
  cpu: undefined,
  memory: undefined,
  log: undefined,
};

const asText = (text: string): string => text;
function asExitCode(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) < 256 ? Number(text) : undefined;
}

/** A value that cannot be read counts as not given. */
const annotations: {
  readonly [K in keyof Behaviour]: {
    readonly name: string;
    readonly parse: (text: string) => Behaviour[K] | undefined;
  };
} = {
  pullTime: { name: 'pull-time', parse: parseDuration },
  pullError: { name: 'pull-error', parse: asText },
  startTime: { name: 'start-time', parse: parseDuration },
  startError: { name: 'start-error', parse: asText },
  readyAfter: { name: 'ready-after', parse: parseDuration },
  runFor: { name: 'run-for', parse: parseDuration },
  exitCode: { name: 'exit-code', parse: asExitCode },
  outOfMemoryAfter: { name: 'out-of-memory-after', parse: parseDuration },
  stopTime: { name: 'stop-time', parse: parseDuration },
  startupFails: { name: 'startup-fails', parse: parseSpans },
  readinessFails: { name: 'readiness-fails', parse: parseSpans },
  livenessFails: { name: 'liveness-fails', parse: parseSpans },
  cpu: { name: 'cpu', parse: parseCores },
  memory: { name: 'memory', parse: parseBytes },
  log: { name: 'log', parse: asText },
};

/** Almost no pod has any: those share one object. */
export function behaviourOf(given: Readonly<Record<string, string>>, container: string): Behaviour {
  let said: Record<string, unknown> | undefined;
  for (const annotation in given) {
    if (!annotation.startsWith(prefix)) continue;
    said ??= {};
    const rest = annotation.slice(prefix.length);
    for (const [key, { name, parse }] of Object.entries(annotations)) {
      const isOwn = rest === `${name}.${container}`;
      if (!isOwn && (rest !== name || Object.hasOwn(given, `${annotation}.${container}`))) continue;
      const value = parse(given[annotation] ?? '');
      if (value !== undefined) said[key] = value;
    }
  }
  return said === undefined ? defaultBehaviour : { ...defaultBehaviour, ...said };
}
