/** Defaults of resource.k8s.io/v1beta1 types. */
import { isZero, type PackageDefaultersFactory } from '../../defaulting.ts';
import { setAllocationMultipliers, setExactCount, taintDefaulter } from '../v1/defaults.ts';

export const resourceV1beta1: PackageDefaultersFactory = (clock) => ({
  ...taintDefaulter(clock),
  DeviceRequest(request, root) {
    // Without a class of its own it is a list of alternatives, which carry mode and count themselves.
    if (!isZero(request.deviceClassName)) setExactCount(request, root);
  },
  DeviceSubRequest: setExactCount,
  BasicDevice: setAllocationMultipliers,
});
