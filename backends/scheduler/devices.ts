/** Devices that pods claim: what drivers publish, what claims ask for and have, compiled. */
import type { NodeMatcher, PodInfo, Toleration, Taint } from './pods-and-nodes.ts';

export interface Devices {
  /** Those of the pod, in its order; or why they are not all there. */
  claimsOf(pod: PodInfo): readonly DeviceClaim[] | string;
  /** Of every claim that has some, without those that are only administrated. */
  allocated(): Iterable<string>;
  deviceClass(name: string): DeviceClass | undefined;
  pools(): readonly DevicePool[];
  /** Writes what the claim gets, if it has nothing yet, and that it is the pod's. @throws what the API answers */
  reserve(claim: DeviceClaim, pod: PodInfo, chosen: ClaimAllocation | undefined): Promise<void>;
  /** The pod does not need it after all. @throws what the API answers */
  unreserve(claim: DeviceClaim, pod: PodInfo): Promise<void>;
  /** Takes its devices away. @throws what the API answers */
  deallocate(claim: DeviceClaim): Promise<void>;
}

export interface DeviceClaim {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly requests: readonly DeviceRequest[];
  readonly constraints: readonly DeviceConstraint[];
  readonly isAllocated: boolean;
  /** Where what it has can be used; undefined: anywhere. */
  readonly availableOn: NodeMatcher | undefined;
  /** UIDs of those who hold it. */
  readonly reservedFor: ReadonlySet<string>;
  readonly takesMoreConsumers: boolean;
  /** Names of the alternatives that were taken: "request/alternative". */
  readonly taken: ReadonlySet<string>;
}

export interface DeviceRequest {
  readonly name: string;
  /** The first that can be had; without a name where there is only one. */
  readonly alternatives: readonly DeviceAlternative[];
}

export interface DeviceAlternative {
  readonly name: string;
  readonly className: string;
  /** Undefined: all that match. */
  readonly count: number | undefined;
  /** Devices that others have, too; they stay theirs. */
  readonly adminAccess: boolean;
  readonly selectors: readonly DeviceSelector[];
  readonly tolerations: readonly Toleration[];
  /** Something that is not served here; '': nothing. */
  readonly notServed: string;
}

/** @throws Error: the expression fails on the device */
export type DeviceSelector = (device: Device) => boolean;

export interface DeviceConstraint {
  /** Of requests, or "request/alternative"; empty: all. */
  readonly requests: ReadonlySet<string>;
  readonly attribute: string;
  /** Alike, or all different. */
  readonly kind: 'match' | 'distinct';
}

export interface DeviceClass {
  readonly name: string;
  readonly selectors: readonly DeviceSelector[];
}

export interface DevicePool {
  readonly name: string;
  /** A driver is about to publish the rest. */
  readonly isIncomplete: boolean;
  /** A device is there twice. */
  readonly isInvalid: boolean;
  readonly devices: readonly Device[];
}

export interface Device {
  /** "driver/pool/device" */
  readonly id: string;
  readonly driver: string;
  readonly pool: string;
  readonly name: string;
  /** By qualified name, as texts that are alike for alike values. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Quantities by qualified name. */
  readonly capacities: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  /** Undefined: any. */
  readonly node: NodeMatcher | undefined;
}

export interface ClaimAllocation {
  readonly devices: readonly ChosenDevice[];
  readonly node: string;
}

export interface ChosenDevice {
  readonly device: Device;
  /** "request" or "request/alternative". */
  readonly request: string;
  readonly alternative: DeviceAlternative;
}
