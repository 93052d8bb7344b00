/** Defaults of flowcontrol.apiserver.k8s.io/v1 types. */
import { type PackageDefaulters, setIfUnset, setIfZero } from '../../defaulting.ts';

export const flowcontrolV1: PackageDefaulters = {
  FlowSchemaSpec: setIfZero({ matchingPrecedence: 1000 }),
  ExemptPriorityLevelConfiguration: setIfUnset({ nominalConcurrencyShares: 0, lendablePercent: 0 }),
  LimitedPriorityLevelConfiguration: setIfUnset({ nominalConcurrencyShares: 30, lendablePercent: 0 }),
  QueuingConfiguration: setIfZero({ queues: 64, handSize: 8, queueLengthLimit: 50 }),
};
