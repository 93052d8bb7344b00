/** Defaults of apps/v1 types; the pod templates in them are core/v1's. */
import { isJsonObject } from '../../../apimachinery/json.ts';
import { inOrder, type PackageDefaulters, setIfUnset, setIfZero, structIn } from '../../defaulting.ts';

const setRollout = setIfUnset({ maxUnavailable: '25%', maxSurge: '25%' });
const setDaemonRollout = setIfUnset({ maxUnavailable: 1, maxSurge: 0 });
const setPartition = setIfUnset({ partition: 0 });

export const appsV1: PackageDefaulters = {
  DeploymentSpec: setIfUnset({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
  DeploymentStrategy: inOrder(setIfZero({ type: 'RollingUpdate' }), (strategy, root) => {
    if (strategy.type === 'RollingUpdate') setRollout(structIn(strategy, 'rollingUpdate'), root);
  }),

  DaemonSetSpec: setIfUnset({ revisionHistoryLimit: 10 }),
  DaemonSetUpdateStrategy: inOrder(setIfZero({ type: 'RollingUpdate' }), (strategy, root) => {
    if (strategy.type === 'RollingUpdate') setDaemonRollout(structIn(strategy, 'rollingUpdate'), root);
  }),

  StatefulSetSpec: inOrder(
    setIfZero({ podManagementPolicy: 'OrderedReady' }),
    setIfUnset({ replicas: 1, revisionHistoryLimit: 10, persistentVolumeClaimRetentionPolicy: {} }),
  ),
  StatefulSetPersistentVolumeClaimRetentionPolicy: setIfZero({ whenDeleted: 'Retain', whenScaled: 'Retain' }),
  StatefulSetUpdateStrategy(strategy, root) {
    // Only a strategy without a type is given the rollingUpdate struct: a written "RollingUpdate" may go without.
    if (strategy.type === undefined || strategy.type === '') {
      strategy.type = 'RollingUpdate';
      structIn(strategy, 'rollingUpdate');
    }
    if (strategy.type === 'RollingUpdate' && isJsonObject(strategy.rollingUpdate)) {
      setPartition(strategy.rollingUpdate, root);
    }
  },

  ReplicaSetSpec: setIfUnset({ replicas: 1 }),
};
