/** StorageVersionMigrations. */
import { invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { isDns1035Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import type { Errors } from '../validation/checks.ts';
import { checkConditions } from '../validation/conditions.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

export function validateStorageVersionMigration(migration: KubeObject): Errors {
  const errors = finalizerErrors(migration);
  const path = 'spec.resource';
  const { resource, group } = asObject(asObject(migration.spec).resource);
  if (asText(resource) === '') errors.push(required(`${path}.resource`, 'resource is required to be set'));
  else checkJoined(asText(resource), isDns1035Label, `${path}.resource`, errors);
  if (asText(group) !== '') checkJoined(asText(group), isDns1123Subdomain, `${path}.group`, errors);
  return errors;
}

function checkJoined(value: string, format: (value: string) => readonly string[], path: string, errors: Errors): void {
  const complaints = format(value);
  if (complaints.length > 0) errors.push(invalid(path, value, complaints.join(',')));
}

export function validateStorageVersionMigrationUpdate(migration: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(migration);
  checkImmutableTyped('storagemigration.StorageVersionMigrationSpec', migration.spec, old.spec, 'spec', errors);
  return errors;
}

export function validateStorageVersionMigrationStatusUpdate(migration: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(migration);
  const status = asObject(migration.status);
  const version = asText(status.resourceVersion);
  const before = asText(asObject(old.status).resourceVersion);
  if (version !== '' && !/^[1-9][0-9]*$/.test(version)) {
    errors.push(invalid('status.resourceVersion', version, `resource version is not well formed: ${version}`));
  }
  checkConditions(status.conditions, 'status.conditions', errors);
  if (before !== '' && before !== version)
    errors.push(invalid('status.resourceVersion', version, 'field is immutable'));
  const refuse = (detail: string): void => {
    errors.push(invalid('status.conditions', status.conditions, detail));
  };
  const isTrue = (object: KubeObject, type: string): boolean =>
    asObjects(asObject(object.status).conditions).some((one) => one.type === type && one.status === 'True');
  if (isTrue(migration, 'Succeeded') && isTrue(migration, 'Failed')) {
    refuse('Both success and failed conditions cannot be true at the same time');
  }
  if (isTrue(old, 'Succeeded') && !isTrue(migration, 'Succeeded')) {
    refuse('Success condition cannot be set to false once it is true');
  }
  if (isTrue(old, 'Failed') && !isTrue(migration, 'Failed')) {
    refuse('Failed condition cannot be set to false once it is true');
  }
  return errors;
}
