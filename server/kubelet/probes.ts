/** Probes of one running container: when each is tried, and what its results mean together. */
import type { Probe, ProbeKind, ProbeOutcome } from '../../backends/runtime/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Container } from '../client/api-types.ts';

type ProbeSpec = NonNullable<Container['livenessProbe']>;
type ProbedKind = Exclude<ProbeKind, 'hook'>;

export interface ProbesParts {
  readonly container: Container;
  readonly clock: Clock;
  readonly probe: (probe: Probe) => Promise<ProbeOutcome>;
  /** Successes and failures beyond their thresholds; told again only when they change. */
  readonly onResult: (kind: ProbedKind, success: boolean, spec: ProbeSpec) => void;
  /** Every failed attempt. */
  readonly onFailure: (kind: ProbedKind, output: string) => void;
}

export class Probes {
  readonly #parts: ProbesParts;
  readonly #cancel = new Map<ProbedKind, () => void>();
  #isStopped = false;

  constructor(parts: ProbesParts) {
    this.#parts = parts;
    // The others wait until it has started.
    if (parts.container.startupProbe !== undefined) this.#begin('startup', parts.container.startupProbe);
    else this.#beginOthers();
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#cancel.values()) cancel();
  }

  #beginOthers(): void {
    const { readinessProbe, livenessProbe } = this.#parts.container;
    if (readinessProbe !== undefined) this.#begin('readiness', readinessProbe);
    if (livenessProbe !== undefined) this.#begin('liveness', livenessProbe);
  }

  #begin(kind: ProbedKind, spec: ProbeSpec): void {
    const probe = probeOf(kind, spec, this.#parts.container);
    if (probe === undefined) return;
    const run = { last: undefined as boolean | undefined, times: 0, said: undefined as boolean | undefined };
    const attempt = async (): Promise<void> => {
      const { success, output } = await this.#parts.probe(probe);
      if (this.#isStopped) return;
      run.times = run.last === success ? run.times + 1 : 1;
      run.last = success;
      if (!success) this.#parts.onFailure(kind, output);
      const threshold = success ? (spec.successThreshold ?? 1) : (spec.failureThreshold ?? 3);
      if (run.times >= threshold && run.said !== success) {
        run.said = success;
        this.#parts.onResult(kind, success, spec);
        if (kind === 'startup' && success) {
          this.#beginOthers();
          return;
        }
      }
      this.#schedule(kind, (spec.periodSeconds ?? 10) * 1000, attempt);
    };
    this.#schedule(kind, (spec.initialDelaySeconds ?? 0) * 1000, attempt);
  }

  #schedule(kind: ProbedKind, milliseconds: number, attempt: () => Promise<void>): void {
    if (!this.#isStopped)
      this.#cancel.set(
        kind,
        this.#parts.clock.after(milliseconds, () => void attempt()),
      );
  }
}

/** Undefined: there is nothing to ask. */
export function probeOf(kind: ProbeKind, spec: ProbeSpec, container: Container): Probe | undefined {
  const { exec, httpGet, tcpSocket, grpc } = spec;
  const same = { kind, timeoutSeconds: spec.timeoutSeconds ?? 1 };
  if (exec !== undefined) return { type: 'exec', command: exec.command ?? [], ...same };
  if (httpGet !== undefined) {
    const { scheme = 'HTTP', host = '', path = '/', httpHeaders = [] } = httpGet;
    const headers = httpHeaders.map(({ name, value }) => [name, value] as const);
    return { type: 'httpGet', scheme, host, port: portOf(httpGet.port, container), path, headers, ...same };
  }
  if (tcpSocket !== undefined) {
    return { type: 'tcpSocket', host: tcpSocket.host ?? '', port: portOf(tcpSocket.port, container), ...same };
  }
  return grpc === undefined ? undefined : { type: 'grpc', port: grpc.port, serviceName: grpc.service ?? '', ...same };
}

/** A number, or the name of a container's port. */
function portOf(port: unknown, { ports = [] }: Container): number {
  if (typeof port === 'number') return port;
  return ports.find(({ name }) => name === port)?.containerPort ?? Number(port);
}
