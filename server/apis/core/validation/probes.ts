/** Probes and lifecycle hooks of containers: each has exactly one handler. */
import { invalid, required } from '../../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { isHttpHeaderName } from '../../../apimachinery/validation/names.ts';
import {
  checkComplaints,
  checkMembers,
  checkNonNegative,
  checkOneOf,
  checkPortNumber,
  checkPortNumberOrName,
  checkRequired,
  type Errors,
  type OneOfMember,
} from '../../validation/checks.ts';

const schemes = ['HTTP', 'HTTPS'] as const;
const SECOND_HANDLER = 'may not specify more than 1 handler type';

const commonHandlers: readonly OneOfMember[] = [
  { field: 'exec', validate: checkExec },
  { field: 'httpGet', validate: checkHttpGet },
  { field: 'tcpSocket', validate: ({ port }, path, errors) => checkPortNumberOrName(port, `${path}.port`, errors) },
];
const probeHandlers: readonly OneOfMember[] = [
  ...commonHandlers,
  { field: 'grpc', validate: ({ port }, path, errors) => checkPortNumber(port, `${path}.port`, errors) },
];

/** Seconds that the pod has to end; undefined where a template leaves it out. */
export type GracePeriod = number | undefined;

export function checkLivenessProbe(probe: JsonValue | undefined, path: string, errors: Errors): void {
  if (!isSet(probe)) return;
  checkProbe(asObject(probe), path, errors);
  checkSuccessThresholdIsOne(asObject(probe), path, errors);
}

export function checkReadinessProbe(probe: JsonValue | undefined, path: string, errors: Errors): void {
  if (!isSet(probe)) return;
  checkProbe(asObject(probe), path, errors);
  const { terminationGracePeriodSeconds: seconds } = asObject(probe);
  if (isSet(seconds)) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must not be set for readinessProbes'));
  }
}

export const checkStartupProbe: typeof checkLivenessProbe = checkLivenessProbe;

function checkSuccessThresholdIsOne({ successThreshold }: JsonObject, path: string, errors: Errors): void {
  if (asNumber(successThreshold) === 1) return;
  errors.push(invalid(`${path}.successThreshold`, successThreshold ?? 0, 'must be 1'));
}

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function checkProbe(probe: JsonObject, path: string, errors: Errors): void {
  checkHandler(probe, probeHandlers, path, errors);
  for (const field of counts) checkNonNegative(probe[field], `${path}.${field}`, errors);
  const { terminationGracePeriodSeconds: seconds } = probe;
  if (isSet(seconds) && asNumber(seconds) <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'));
  }
}

export function checkLifecycle(lifecycle: JsonObject, grace: GracePeriod, path: string, errors: Errors): void {
  const handlers: readonly OneOfMember[] = [
    ...commonHandlers,
    { field: 'sleep', validate: (sleep, sleepPath, to) => checkSleep(sleep, grace, sleepPath, to) },
  ];
  for (const hook of ['postStart', 'preStop'] as const) {
    if (isSet(lifecycle[hook])) checkHandler(asObject(lifecycle[hook]), handlers, `${path}.${hook}`, errors);
  }
}

function checkHandler(handler: JsonObject, members: readonly OneOfMember[], path: string, errors: Errors): void {
  const count = checkMembers(handler, members, SECOND_HANDLER, path, errors);
  if (count === 0) errors.push(required(path, 'must specify a handler type'));
}

function checkExec(exec: JsonObject, path: string, errors: Errors): void {
  if (asList(exec.command).length === 0) errors.push(required(`${path}.command`));
}

function checkHttpGet(get: JsonObject, path: string, errors: Errors): void {
  checkRequired(get.path, `${path}.path`, errors);
  checkPortNumberOrName(get.port, `${path}.port`, errors);
  checkOneOf(get.scheme, schemes, `${path}.scheme`, errors);
  for (const { name } of asObjects(get.httpHeaders)) {
    checkComplaints(asText(name), isHttpHeaderName(asText(name)), `${path}.httpHeaders`, errors);
  }
}

function checkSleep(sleep: JsonObject, grace: GracePeriod, path: string, errors: Errors): void {
  const seconds = asNumber(sleep.seconds);
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return;
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
  errors.push(invalid(path, sleep.seconds ?? 0, detail));
}
