/** Writes of ResourceClaims. */
import { adminAccessErrors, adminAllocationErrors } from '../../../../apis/resource/admin-access.ts';
import {
  deviceId,
  validateResourceClaim,
  validateResourceClaimStatusUpdate,
  validateResourceClaimUpdate,
} from '../../../../apis/resource/claim-validation.ts';
import { asObject, asObjects } from '../../../../apimachinery/json-access.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', 'change'],
  returnDeletedObject: true,
  validateBeforeMetadata: (claim, { namespaceLabels }) =>
    adminAccessErrors(asObject(asObject(claim.spec).devices).requests, namespaceLabels),
  validate: validateResourceClaim,
  validateUpdate: validateResourceClaimUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: 'all',
  metadataOnUpdate: [
    (claim, old, { namespaceLabels }) =>
      adminAllocationErrors(asObject(claim.status), asObject(old.status), namespaceLabels),
    'change',
  ],
  prepare: dropDeallocatedDevices,
  validateUpdate: validateResourceClaimStatusUpdate,
});

/** What drivers say of devices goes with the devices. */
function dropDeallocatedDevices(claim: KubeObject, old: KubeObject): void {
  if (!isJsonObject(claim.status)) return;
  const allocated = new Set(allocatedDevices(claim));
  const gone = new Set(allocatedDevices(old).filter((id) => !allocated.has(id)));
  const devices = asObjects(claim.status.devices).filter((device) => !gone.has(deviceId(device)));
  if (devices.length === 0) delete claim.status.devices;
  else claim.status.devices = devices;
}

function allocatedDevices(claim: KubeObject): string[] {
  const { results } = asObject(asObject(asObject(claim.status).allocation).devices);
  return asObjects(results).map(deviceId);
}
