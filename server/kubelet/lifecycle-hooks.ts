/** postStart and preStop: commands in the container, requests to it, or a pause. */
import type { Container } from '../client/api-types.ts';
import type { ContainerRecord } from './container-record.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { probeOf } from './probes.ts';

type Handler = NonNullable<NonNullable<Container['lifecycle']>['preStop']>;

/** Message of the failure. */
export async function runPostStart(
  record: ContainerRecord,
  environment: KubeletEnvironment,
): Promise<string | undefined> {
  const handler = record.spec.lifecycle?.postStart;
  if (handler === undefined || record.status === undefined) return undefined;
  const isHeard = await succeeds(handler, record, { environment, seconds: Number.POSITIVE_INFINITY });
  return isHeard ? undefined : 'PostStartHook failed';
}

/** Not longer than the grace period. */
export async function runPreStop(
  record: ContainerRecord,
  environment: KubeletEnvironment,
  graceSeconds: number,
): Promise<string | undefined> {
  const handler = record.spec.lifecycle?.preStop;
  if (handler === undefined || record.status === undefined || graceSeconds <= 0) return undefined;
  const timeout = new Promise<boolean>((resolve) => environment.clock.after(graceSeconds * 1000, () => resolve(true)));
  const isHeard = succeeds(handler, record, { environment, seconds: graceSeconds });
  return (await Promise.race([isHeard, timeout])) ? undefined : 'PreStopHook failed';
}

async function succeeds(
  { sleep, ...handler }: Handler,
  { spec, status }: ContainerRecord,
  { environment, seconds }: { readonly environment: KubeletEnvironment; readonly seconds: number },
): Promise<boolean> {
  const { clock, runtime } = environment;
  if (sleep !== undefined) await new Promise<void>((resolve) => clock.after(sleep.seconds * 1000, resolve));
  // Asked as probes are.
  const request = probeOf('hook', { ...handler, timeoutSeconds: seconds }, spec);
  if (request === undefined || status === undefined) return true;
  return (await runtime.probe(status.id, request)).success;
}
