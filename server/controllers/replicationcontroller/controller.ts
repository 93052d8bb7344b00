/** ReplicationControllers: replica sets whose selector is a plain set of labels. */
import { nothingSelector, selectorFromSet } from '../../apimachinery/labels/selector.ts';
import { replicationControllers } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { runReplicasController } from '../replicaset/replicas-controller.ts';

export const replicationControllerController: Controller = {
  name: 'replicationcontroller-controller',
  alias: 'replicationcontroller',
  component: 'replication-controller',
  account: 'replication-controller',
  run: (context) =>
    runReplicasController({
      context,
      name: 'replicationmanager',
      kind: {
        type: replicationControllers,
        selectorOf: ({ spec }) => (spec?.selector === undefined ? nothingSelector : selectorFromSet(spec.selector)),
        countsTerminating: false,
      },
    }),
};
