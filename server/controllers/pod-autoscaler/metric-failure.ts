/** Why a metric says nothing, in upstream's words: for its condition, and for what is told of all metrics together. Pure. */
import type { HorizontalPodAutoscaler } from '../../client/api-types.ts';

type Metric = NonNullable<NonNullable<HorizontalPodAutoscaler['spec']>['metrics']>[number];

export interface MetricFailure {
  readonly reason: string;
  /** In the condition, and in an event of its own. */
  readonly message: string;
  /** As the first of the failures. */
  readonly summary: string;
}

export function metricFailure(metric: Metric, cause: string): MetricFailure {
  const reason = `FailedGet${metric.type}Metric`;
  switch (metric.type) {
    case 'Resource':
    case 'ContainerResource': {
      const { resource, containerResource } = metric;
      const { name = '', target } = resource ?? containerResource ?? {};
      const figure = target?.averageValue === undefined ? 'utilization' : 'usage';
      const message = `failed to get ${name} ${figure}: ${cause}`;
      const what = resource === undefined ? `${containerResource?.container} container` : `${name} resource`;
      return { reason, message, summary: `failed to get ${what} metric value: ${message}` };
    }
    case 'External': {
      const { metric: { name = '' } = {}, target } = metric.external ?? {};
      const figure = target?.averageValue === undefined ? `external metric ${name}` : `${name} external metric`;
      const summary = `failed to get ${name} external metric value: failed to get ${figure}: ${cause}`;
      return { reason, message: cause, summary };
    }
    case 'Object': {
      const { metric: { name = '' } = {}, target } = metric.object ?? {};
      const detail = target?.averageValue === undefined ? '' : `failed to get ${name} object metric: `;
      return { reason, message: cause, summary: `failed to get object metric value: ${detail}${cause}` };
    }
    default:
      return { reason, message: cause, summary: `failed to get pods metric value: ${cause}` };
  }
}
