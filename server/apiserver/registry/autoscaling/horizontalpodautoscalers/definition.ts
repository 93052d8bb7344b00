/** horizontalpodautoscalers.autoscaling: names, versions and subresources. */
import { fromV1, toV1 } from '../../../../apis/autoscaling/conversion.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const horizontalPodAutoscalers: ResourceDefinition = {
  group: 'autoscaling',
  resource: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  kind: 'HorizontalPodAutoscaler',
  namespaced: true,
  shortNames: ['hpa'],
  categories: ['all'],
  versions: [
    { version: 'v2', type: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler', storage: true, servedByDefault: true },
    {
      version: 'v1',
      type: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
      servedByDefault: true,
      toStorage: fromV1,
      fromStorage: toV1,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'horizontalpodautoscalers',
};
