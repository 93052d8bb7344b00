/** Events, through core/v1 (as ever) and through events.k8s.io/v1 (strict); objects are core Events in both. */
import { invalid, required } from '../../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { isDns1123Subdomain } from '../../../apimachinery/validation/names.ts';
import { checkComplaints, checkQualifiedName, checkRequired, type Errors } from '../../validation/checks.ts';
import { checkImmutableTyped } from '../../validation/internal-value.ts';
import { finalizerErrors } from './finalizers.ts';

const limits = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

/** Core events that have no eventTime are of the old kind, about which less is known. */
export function validateCoreEvent(event: KubeObject): Errors {
  return validateLegacy(event, 'reportingComponent');
}

function validateLegacy(event: KubeObject, controllerField: string): Errors {
  const errors: Errors = [];
  const { namespace = '' } = event.metadata;
  const about = asText(asObject(event.involvedObject).namespace);
  const timed = isSet(event.eventTime);
  const agrees = timed
    ? about !== '' || namespace === 'default' || namespace === 'kube-system'
    : about === namespace || (about === '' && namespace === 'default');
  if (!agrees) errors.push(invalid('involvedObject.namespace', about, 'does not match event.namespace'));
  if (timed) {
    checkRequired(event.reportingComponent, controllerField, errors);
    checkQualifiedName(event.reportingComponent, controllerField, errors);
    for (const field of ['reportingInstance', 'action', 'reason', 'message'] as const) {
      if (field !== 'message') checkRequired(event[field], field, errors);
      const limit = limits[field];
      if (Buffer.byteLength(asText(event[field])) > limit) {
        errors.push(invalid(field, '', `can have at most ${limit} characters`));
      }
    }
  }
  checkComplaints(namespace, isDns1123Subdomain(namespace), 'namespace', errors);
  return errors;
}

/** What core events must be too. */
export const validateEventAsCore = (event: KubeObject): Errors => validateLegacy(event, 'reportingController');

export function validateEvent(event: KubeObject): Errors {
  const errors = finalizerErrors(event);
  checkSeries(event, errors);
  if (!isSet(event.eventTime)) errors.push(required('eventTime'));
  const type = asText(event.type);
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalid('type', '', `has invalid value: ${type}`));
  const unset = 'needs to be unset';
  if (isSet(event.firstTimestamp)) errors.push(invalid('firstTimestamp', '', unset));
  if (isSet(event.lastTimestamp)) errors.push(invalid('lastTimestamp', '', unset));
  if (asNumber(event.count) !== 0) errors.push(invalid('count', '', unset));
  const { component, host } = asObject(event.source);
  if (asText(component) !== '' || asText(host) !== '') errors.push(invalid('source', '', unset));
  return errors;
}

/** As the fields are reported, and upstream's types of them; a core Event has some under other names. */
const immutableFields: readonly (readonly [shown: string, type: string, field?: string])[] = [
  ['involvedObject', 'core.ObjectReference'],
  ['reason', 's'],
  ['message', 's'],
  ['source', 'core.EventSource'],
  ['firstTimestamp', 't'],
  ['lastTimestamp', 't'],
  ['count', 'n'],
  ['reason', 's'],
  ['type', 's'],
  ['eventTime', 't'],
  ['action', 's'],
  ['related', '*core.ObjectReference'],
  ['reportingController', 's', 'reportingComponent'],
  ['reportingInstance', 's'],
];

export function validateEventUpdate(event: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(event);
  if (!semanticallyEqual(event.series, old.series)) checkSeries(event, errors);
  for (const [shown, type, field = shown] of immutableFields) {
    checkImmutableTyped(type, event[field], old[field], shown, errors);
  }
  return errors;
}

function checkSeries(event: KubeObject, errors: Errors): void {
  if (!isSet(event.series)) return;
  const { count, lastObservedTime } = asObject(event.series);
  if (asNumber(count) < 2) errors.push(invalid('series.count', '', 'should be at least 2'));
  if (!isSet(lastObservedTime)) errors.push(required('series.lastObservedTime'));
}
