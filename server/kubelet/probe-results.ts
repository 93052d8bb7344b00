/** What the results of a container's probes mean for it: started, ready, to be restarted. */
import type { ContainerRecord } from './container-record.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { Probes } from './probes.ts';

const names = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' } as const;

export interface ProbeEffects {
  readonly failed: (message: string) => void;
  /** Unset grace: the pod's. */
  readonly restart: (message: string, graceSeconds: number | undefined) => void;
  readonly changed: () => void;
}

/** Undefined: the container has no probes. */
export function probesOf(
  record: ContainerRecord,
  { clock, runtime }: Pick<KubeletEnvironment, 'clock' | 'runtime'>,
  { failed, restart, changed }: ProbeEffects,
): Probes | undefined {
  const { spec } = record;
  if ((spec.startupProbe ?? spec.readinessProbe ?? spec.livenessProbe) === undefined) return undefined;
  const id = record.status?.id ?? '';
  return new Probes({
    container: spec,
    clock,
    probe: (probe) => runtime.probe(id, probe),
    onFailure: (kind, output) => failed(`${names[kind]} probe failed: ${output}`),
    onResult: (kind, success, { terminationGracePeriodSeconds }) => {
      if (kind === 'readiness') record.ready = success;
      else if (!success) {
        restart(`Container ${spec.name} failed ${kind} probe, will be restarted`, terminationGracePeriodSeconds);
      } else if (kind === 'startup') {
        record.started = true;
        record.ready = spec.readinessProbe === undefined;
      }
      changed();
    },
  });
}
