/** What upstream's round trip through its internal types does to apps/v1 objects. Facts: pkg/apis/apps/v1/conversion.go. */
import type { JsonObject } from '../../../apimachinery/json.ts';
import { type PackageDefaulters, setIfUnset, structsIn } from '../../defaulting.ts';

/** Claim templates say what they are, whatever was sent. */
function statefulSetSpec(spec: JsonObject): void {
  for (const claim of structsIn(spec, 'volumeClaimTemplates')) {
    claim.kind = 'PersistentVolumeClaim';
    claim.apiVersion = 'v1';
  }
}

export const appsV1RoundTrip: PackageDefaulters = {
  // No pointers there.
  RollingUpdateDaemonSet: setIfUnset({ maxUnavailable: 0, maxSurge: 0 }),
  StatefulSetSpec: statefulSetSpec,
};
