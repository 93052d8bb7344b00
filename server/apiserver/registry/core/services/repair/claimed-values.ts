/** Addresses and node ports as the repair sees them: where a service has its values, what they are claimed with, what it reports. */
import { asNumber, asObjects, asTexts } from '../../../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../../apimachinery/meta/object.ts';
import { canonicalAddress, familyOf } from '../allocator/address-range.ts';
import type { Claims } from '../allocator/claims.ts';
import type { PortRange } from '../allocator/port-range.ts';
import { addressLabels, type ServiceAllocation } from '../service-allocation.ts';

export interface Report {
  readonly regarding: KubeObject;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

export type RecordReport = (report: Report) => Promise<void>;

interface Wording {
  readonly reason: string;
  readonly note: (value: string) => string;
}

export interface ClaimedValues {
  readonly claims: Claims;
  /** What a service says it has. */
  valuesOf(spec: JsonObject): readonly string[];
  isInRange(value: string): Promise<boolean>;
  /** Made by the allocator, and not spoiled since; others' claims are theirs. */
  isOwn(claim: KubeObject): boolean;
  readonly action: string;
  readonly outOfRange: Wording;
  readonly missing: Wording;
  readonly duplicate: Wording;
  readonly record: RecordReport;
}

const address = (value: string): string => `Cluster IP [${familyOf(value) ?? ''}]: ${value}`;

export function claimedAddresses({ addressClaims, ranges }: ServiceAllocation, record: RecordReport): ClaimedValues {
  return {
    claims: addressClaims,
    valuesOf: (spec) =>
      spec.type === 'ExternalName'
        ? []
        : asTexts(spec.clusterIPs).flatMap((ip) => (ip === 'None' ? [] : (canonicalAddress(ip) ?? []))),
    isInRange: async (value) => (await ranges.containing(value, { ready: false })) !== undefined,
    isOwn: ({ metadata: { labels = {} } }) => labels[addressLabels.managedBy] === addressLabels.manager,
    action: 'ClusterIPAllocation',
    outOfRange: {
      reason: 'ClusterIPOutOfRange',
      note: (value) => `${address(value)} is not within any configured Service CIDR; please recreate service`,
    },
    missing: {
      reason: 'ClusterIPNotAllocated',
      note: (value) => `${address(value)} is not allocated; repairing`,
    },
    duplicate: {
      reason: 'ClusterIPAlreadyAllocated',
      note: (value) => `${address(value)} was assigned to multiple services; please recreate service`,
    },
    record,
  };
}

export function claimedPorts({ portClaims }: ServiceAllocation, range: PortRange, record: RecordReport): ClaimedValues {
  return {
    claims: portClaims,
    valuesOf(spec) {
      const ports = asObjects(spec.ports).map(({ nodePort }) => asNumber(nodePort));
      const used = new Set([...ports, asNumber(spec.healthCheckNodePort)]);
      used.delete(0);
      return [...used].map(String);
    },
    isInRange: (value) => Promise.resolve(range.contains(Number(value))),
    isOwn: () => true,
    action: 'PortAllocation',
    outOfRange: {
      reason: 'PortOutOfRange',
      note: (value) => `Port ${value} is not within the port range ${range.toString()}; please recreate service`,
    },
    missing: { reason: 'PortNotAllocated', note: (value) => `Port ${value} is not allocated; repairing` },
    duplicate: {
      reason: 'PortAlreadyAllocated',
      note: (value) => `Port ${value} was assigned to multiple services; please recreate service`,
    },
    record,
  };
}
