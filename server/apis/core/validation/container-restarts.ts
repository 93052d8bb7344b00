/** Whether a container that has ended may start again: its own rules and policy, else its pod's. */
import { asList, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';

export function shouldRestart(container: JsonObject, spec: JsonObject, exitCode: number): boolean {
  if (isSet(container.restartPolicy)) {
    const rule = asObjects(container.restartPolicyRules).find((candidate) => matches(candidate, exitCode));
    if (rule?.action === 'Restart' || rule?.action === 'RestartAllContainers') return true;
  }
  const policy = asText(container.restartPolicy) || asText(spec.restartPolicy);
  return policy === 'Never' ? false : policy === 'OnFailure' ? exitCode !== 0 : true;
}

/** Some rule restarts the whole pod. */
export function couldRestartAll(spec: JsonObject): boolean {
  return [...asObjects(spec.initContainers), ...asObjects(spec.containers)].some((container) =>
    asObjects(container.restartPolicyRules).some((rule) => rule.action === 'RestartAllContainers'),
  );
}

function matches(rule: JsonObject, exitCode: number): boolean {
  if (!isSet(rule.exitCodes)) return false;
  const { operator, values } = asObject(rule.exitCodes);
  const listed = asList(values).includes(exitCode);
  return operator === 'In' ? listed : operator === 'NotIn' && !listed;
}
