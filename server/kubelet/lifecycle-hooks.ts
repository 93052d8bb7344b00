/** postStart and preStop: commands in the container, or a pause. */
import type { Container } from '../client/api-types.ts';
import type { ContainerRecord } from './container-record.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';

type Handler = NonNullable<NonNullable<Container['lifecycle']>['preStop']>;

/** Message of the failure. */
export async function runPostStart(
  { spec, status }: ContainerRecord,
  environment: KubeletEnvironment,
): Promise<string | undefined> {
  const handler = spec.lifecycle?.postStart;
  if (handler === undefined || status === undefined) return undefined;
  return (await succeeds(handler, status.id, environment)) ? undefined : 'PostStartHook failed';
}

/** Not longer than the grace period. */
export async function runPreStop(
  { spec, status }: ContainerRecord,
  environment: KubeletEnvironment,
  graceSeconds: number,
): Promise<string | undefined> {
  const handler = spec.lifecycle?.preStop;
  if (handler === undefined || status === undefined || graceSeconds <= 0) return undefined;
  const timeout = new Promise<boolean>((resolve) => environment.clock.after(graceSeconds * 1000, () => resolve(true)));
  return (await Promise.race([succeeds(handler, status.id, environment), timeout])) ? undefined : 'PreStopHook failed';
}

/** Requests over HTTP and TCP go where nobody listens in a simulation; they count as sent. */
async function succeeds(
  { exec, sleep }: Handler,
  containerId: string,
  { clock, runtime, signal }: KubeletEnvironment,
): Promise<boolean> {
  if (sleep !== undefined) await new Promise<void>((resolve) => clock.after(sleep.seconds * 1000, resolve));
  if (exec === undefined) return true;
  const streams = { stdin: undefined, stdout: undefined, stderr: undefined, tty: false, resize: undefined, signal };
  const code = await runtime.exec(containerId, { command: exec.command ?? [], ...streams }).catch(() => 126);
  // 127: a simulation does not know the command.
  return code === 0 || code === 127;
}
