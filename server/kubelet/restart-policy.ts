/** Whether a container that has ended runs again: rules of its own, its own policy, the pod's. */
import type { Container, PodSpec } from '../client/api-types.ts';

export function shouldRestart(container: Container, spec: PodSpec | undefined, exitCode: number): boolean {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    if (exitCodes === undefined) continue;
    const isNamed = (exitCodes.values ?? []).includes(exitCode);
    if (isNamed === (exitCodes.operator === 'In')) return action === 'Restart';
  }
  const policy = container.restartPolicy ?? spec?.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}
