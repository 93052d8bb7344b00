/** ResourcePoolStatusRequests: what is asked of which pools, and the answer in the status. */
import { invalid, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asObject } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import {
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  isDns1123Subdomain,
  isDns1123SubdomainOfAnyCase,
} from '../../apimachinery/validation/names.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import type { Errors } from '../validation/checks.ts';
import { checkConditions } from '../validation/conditions.ts';
import { checkDeclared, inBytes, type FieldRules, type StructRules } from '../validation/declared-rules.ts';

const driver: FieldRules = { required: true, format: isDns1123SubdomainOfAnyCase };
const count: FieldRules = { min: 0 };

const pool: StructRules = {
  fields: {
    driver,
    poolName: { required: true, check: checkPoolSegments },
    generation: { required: 'not zero', min: 0 },
    resourceSliceCount: { min: 1 },
    totalDevices: count,
    allocatedDevices: count,
    availableDevices: count,
    unavailableDevices: count,
    nodeName: { format: isDns1123Subdomain },
    validationError: { maxBytes: 256 },
  },
};

const request: StructRules = {
  fields: {
    spec: {
      immutable: true,
      struct: { fields: { driver, poolName: { check: checkPoolSegments }, limit: { min: 1, max: 1000 } } },
    },
    status: {
      struct: {
        fields: {
          poolCount: { required: true, min: 0 },
          pools: { maxItems: 1000, struct: pool },
          conditions: { maxItems: 10, key: 'type' },
        },
      },
    },
  },
};

export function validateResourcePoolStatusRequest(object: KubeObject, old?: KubeObject): Errors {
  return [...finalizerErrors(object), ...checkDeclared(object, old, request)];
}

export function validateResourcePoolStatusRequestStatusUpdate(object: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(object);
  checkConditions(asObject(object.status).conditions, 'status.conditions', errors);
  return [...errors, ...checkDeclared(object, old, request)];
}

function checkPoolSegments(name: string, path: string, errors: Errors): void {
  if (name.length > DNS1123_SUBDOMAIN_MAX_LENGTH) errors.push(tooLong(path, DNS1123_SUBDOMAIN_MAX_LENGTH));
  name.split('/').forEach((segment, index) => {
    if (segment === '') errors.push(invalid(path, name, `segment ${index}: must not be empty`));
    else {
      for (const complaint of isDns1123Subdomain(segment)) {
        errors.push(invalid(path, segment, `segment ${index}: ${inBytes(complaint)}`));
      }
    }
  });
}
