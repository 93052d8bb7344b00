/** Defaults of resource.k8s.io/v1 types, and what the other versions share with it. */
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import { isJsonObject } from '../../../apimachinery/json.ts';
import { type Defaulter, isZero, type PackageDefaulters, type PackageDefaultersFactory } from '../../defaulting.ts';

/** One device, unless another allocation mode is asked for. */
export const setExactCount: Defaulter = (request) => {
  if (isZero(request.allocationMode)) request.allocationMode = 'ExactCount';
  if (request.allocationMode === 'ExactCount' && isZero(request.count)) request.count = 1;
};

export const setAllocationMultipliers: Defaulter = (device) => {
  const mappings = device.nodeAllocatableResourceMappings;
  if (!isJsonObject(mappings)) return;
  for (const mapping of Object.values(mappings)) {
    if (isJsonObject(mapping)) mapping.allocationMultiplier ??= '1';
  }
};

/** The moment a taint was added, to the second. */
export function taintDefaulter(clock: Clock): PackageDefaulters {
  return {
    DeviceTaint(taint) {
      taint.timeAdded ??= `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    },
  };
}

export const resourceV1: PackageDefaultersFactory = (clock) => ({
  ...taintDefaulter(clock),
  ExactDeviceRequest: setExactCount,
  DeviceSubRequest: setExactCount,
  Device: setAllocationMultipliers,
});
