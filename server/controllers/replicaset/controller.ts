/** ReplicaSets: pods, as many as are asked for. */
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import { replicaSets } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { runReplicasController } from './replicas-controller.ts';

export const replicaSetController: Controller = {
  name: 'replicaset-controller',
  alias: 'replicaset',
  account: 'replicaset-controller',
  run: (context) =>
    runReplicasController({
      context,
      name: 'replicaset',
      kind: {
        type: replicaSets,
        selectorOf: ({ spec }) => labelSelectorToSelector(spec?.selector),
        countsTerminating: true,
      },
    }),
};
