/** All defaulters of built-in types, by the OpenAPI name of the type. */
import { type Clock, systemClock } from '../apimachinery/clock/clock.ts';
import type { Defaulter, Defaulters } from '../apimachinery/schema/defaults.ts';
import { admissionregistrationV1 } from './admissionregistration/v1/defaults.ts';
import { admissionregistrationV1alpha1 } from './admissionregistration/v1alpha1/defaults.ts';
import { admissionregistrationV1beta1 } from './admissionregistration/v1beta1/defaults.ts';
import { apiextensionsV1 } from './apiextensions/v1/defaults.ts';
import { apiregistrationV1 } from './apiregistration/v1/defaults.ts';
import { appsV1 } from './apps/v1/defaults.ts';
import { appsV1RoundTrip } from './apps/v1/round-trip.ts';
import { authenticationV1 } from './authentication/v1/defaults.ts';
import { autoscalingV1 } from './autoscaling/v1/defaults.ts';
import { autoscalingV2 } from './autoscaling/v2/defaults.ts';
import { batchV1 } from './batch/v1/defaults.ts';
import { coreV1 } from './core/v1/defaults.ts';
import { coreV1RoundTrip } from './core/v1/round-trip.ts';
import { inOrder, type PackageDefaulters } from './defaulting.ts';
import { discoveryV1 } from './discovery/v1/defaults.ts';
import { flowcontrolV1 } from './flowcontrol/v1/defaults.ts';
import { networkingV1 } from './networking/v1/defaults.ts';
import { rbacV1 } from './rbac/v1/defaults.ts';
import { rbacV1alpha1 } from './rbac/v1alpha1/defaults.ts';
import { resourceV1 } from './resource/v1/defaults.ts';
import { resourceV1alpha3 } from './resource/v1alpha3/defaults.ts';
import { resourceV1beta1 } from './resource/v1beta1/defaults.ts';
import { resourceV1beta2 } from './resource/v1beta2/defaults.ts';
import { schedulingV1 } from './scheduling/v1/defaults.ts';
import { storageV1 } from './storage/v1/defaults.ts';

/** Only the defaults of device taints read the clock. */
export function createDefaulters(clock: Clock): Defaulters {
  const packages: Readonly<Record<string, PackageDefaulters>> = {
    'io.k8s.api.admissionregistration.v1': admissionregistrationV1,
    'io.k8s.api.admissionregistration.v1alpha1': admissionregistrationV1alpha1,
    'io.k8s.api.admissionregistration.v1beta1': admissionregistrationV1beta1,
    'io.k8s.api.apps.v1': appsV1,
    'io.k8s.api.authentication.v1': authenticationV1,
    'io.k8s.api.autoscaling.v1': autoscalingV1,
    'io.k8s.api.autoscaling.v2': autoscalingV2,
    'io.k8s.api.batch.v1': batchV1,
    'io.k8s.api.core.v1': coreV1,
    'io.k8s.api.discovery.v1': discoveryV1,
    'io.k8s.api.flowcontrol.v1': flowcontrolV1,
    'io.k8s.api.networking.v1': networkingV1,
    'io.k8s.api.rbac.v1': rbacV1,
    'io.k8s.api.rbac.v1alpha1': rbacV1alpha1,
    'io.k8s.api.resource.v1': resourceV1(clock),
    'io.k8s.api.resource.v1alpha3': resourceV1alpha3(clock),
    'io.k8s.api.resource.v1beta1': resourceV1beta1(clock),
    'io.k8s.api.resource.v1beta2': resourceV1beta2(clock),
    'io.k8s.api.scheduling.v1': schedulingV1,
    'io.k8s.api.storage.v1': storageV1,
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1': apiextensionsV1,
    'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1': apiregistrationV1,
  };
  const joined = new Map<string, Defaulter>();
  for (const parts of [packages, roundTrips]) {
    for (const [name, types] of Object.entries(parts)) {
      for (const [type, step] of Object.entries(types)) {
        const before = joined.get(`${name}.${type}`);
        joined.set(`${name}.${type}`, before === undefined ? step : inOrder(before, step));
      }
    }
  }
  return joined;
}

/** Behind the defaults of the same type, as upstream converts after it has set defaults. */
const roundTrips: Readonly<Record<string, PackageDefaulters>> = {
  'io.k8s.api.apps.v1': appsV1RoundTrip,
  'io.k8s.api.core.v1': coreV1RoundTrip,
};

export const defaulters: Defaulters = createDefaulters(systemClock);
