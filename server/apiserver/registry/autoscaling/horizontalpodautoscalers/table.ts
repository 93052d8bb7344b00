/** Printed columns of HorizontalPodAutoscalers (objects come as autoscaling/v2). */
import type { JsonObject, JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { integer, intOrString, kindAndName, NONE, UNKNOWN, UNSET } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { digitsOf, fieldsOf, isMessage, itemsOf, quantityOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { firstOf } from '../../generic/table/shortened-list.ts';

const SHOWN_METRICS = 2;
/** What upstream prints for a quantity that is not set. */
const NO_QUANTITY = '<nil>';

export const table = tableOf([
  nameColumn,
  column('Reference', 'string', 'The object that is scaled.', kindAndName('spec.scaleTargetRef')),
  column('Targets', 'string', 'Current and wanted value of each metric.', targets),
  column('MinPods', 'string', 'Fewest pods.', intOrString('spec.minReplicas', UNSET)),
  column('MaxPods', 'string', 'Most pods.', integer('spec.maxReplicas')),
  column('Replicas', 'string', 'Pods that there are.', integer('status.currentReplicas')),
  ageColumn,
]);

function targets(autoscaler: KubeObject): string {
  const metrics = itemsOf(fieldsOf(autoscaler.spec).metrics);
  const current = itemsOf(fieldsOf(autoscaler.status).currentMetrics);
  if (metrics.length === 0) return NONE;
  // Statuses belong to metrics by position.
  const shown = metrics.map((metric, index) => metricCell(fieldsOf(metric), fieldsOf(current[index])));
  return firstOf(shown, SHOWN_METRICS, ', ');
}

function metricCell(metric: JsonObject, status: JsonObject): string {
  switch (metric.type) {
    case 'External':
      return valueOrAverage(metric.external, status.external);
    case 'Object':
      return valueOrAverage(metric.object, status.object);
    case 'Pods':
      return average(metric.pods, status.pods);
    case 'Resource':
      return `${stringOf(fieldsOf(metric.resource).name)}: ${averageOrUtilization(metric.resource, status.resource)}`;
    case 'ContainerResource':
      return `${stringOf(fieldsOf(metric.containerResource).name)}: ${averageOrUtilization(metric.containerResource, status.containerResource)}`;
    default:
      return '<unknown type>';
  }
}

function valueOrAverage(source: JsonValue | undefined, status: JsonValue | undefined): string {
  const target = fieldsOf(fieldsOf(source).target);
  const current = fieldsOf(fieldsOf(status).current);
  if (isSet(target.averageValue)) {
    return `${quantityOf(current.averageValue, UNKNOWN)}/${quantityOf(target.averageValue)} (avg)`;
  }
  const value = isMessage(status) ? quantityOf(current.value, NO_QUANTITY) : UNKNOWN;
  return `${value}/${quantityOf(target.value, NO_QUANTITY)}`;
}

function average(source: JsonValue | undefined, status: JsonValue | undefined): string {
  const target = fieldsOf(fieldsOf(source).target);
  const current = fieldsOf(fieldsOf(status).current);
  const value = isMessage(status) ? quantityOf(current.averageValue, NO_QUANTITY) : UNKNOWN;
  return `${value}/${quantityOf(target.averageValue, NO_QUANTITY)}`;
}

function averageOrUtilization(source: JsonValue | undefined, status: JsonValue | undefined): string {
  const target = fieldsOf(fieldsOf(source).target);
  if (isSet(target.averageValue)) return average(source, status);
  const current = fieldsOf(fieldsOf(status).current);
  return `${percent(current.averageUtilization, UNKNOWN)}/${percent(target.averageUtilization, '<auto>')}`;
}

function percent(value: JsonValue | undefined, absent: string): string {
  return isSet(value) ? `${digitsOf(value)}%` : absent;
}

function isSet(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
