/** Metrics of a HorizontalPodAutoscaler between v2's shape and the flat one that v1 keeps in annotations. */
import { asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';

/** Without keys that are undefined, null or empty text; a list that is null stays. */
export function compact(object: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined || (value === null && key !== 'currentMetrics' && key !== 'lastTransitionTime')) continue;
    out[key] = value;
  }
  return out;
}

/** JSON names of the five metric sources, and how each goes to v1 and back. */
interface SourceConversion {
  readonly toV1: (source: JsonObject) => JsonObject;
  readonly fromV1: (source: JsonObject) => JsonObject;
}

const specSources: Readonly<Record<string, SourceConversion>> = {
  object: {
    toV1: ({ target, metric, describedObject }) => ({
      target: reference(describedObject),
      metricName: asText(asObject(metric).name),
      targetValue: asObject(target).value ?? '0',
      ...compact({ selector: asObject(metric).selector, averageValue: asObject(target).averageValue }),
    }),
    fromV1: ({ target, metricName, targetValue, selector, averageValue }) => ({
      describedObject: reference(target),
      target: isSet(averageValue)
        ? // v1 cannot leave the value out: a zero there means that there is none.
          compact({ type: 'AverageValue', value: isZero(targetValue) ? undefined : targetValue, averageValue })
        : { type: 'Value', value: targetValue ?? '0' },
      metric: identifier(metricName, selector),
    }),
  },
  pods: {
    toV1: ({ target, metric }) => ({
      metricName: asText(asObject(metric).name),
      targetAverageValue: asObject(target).averageValue ?? '0',
      ...compact({ selector: asObject(metric).selector }),
    }),
    fromV1: ({ metricName, selector, targetAverageValue }) => ({
      metric: identifier(metricName, selector),
      target: { type: 'AverageValue', averageValue: targetAverageValue ?? '0' },
    }),
  },
  resource: { toV1: resourceToV1, fromV1: resourceFromV1 },
  containerResource: {
    toV1: (source) => ({ ...resourceToV1(source), container: asText(source.container) }),
    fromV1: (source) => ({ ...resourceFromV1(source), container: asText(source.container) }),
  },
  external: {
    toV1: ({ target, metric }) => ({
      metricName: asText(asObject(metric).name),
      ...compact({
        metricSelector: asObject(metric).selector,
        targetValue: asObject(target).value,
        targetAverageValue: asObject(target).averageValue,
      }),
    }),
    fromV1: ({ metricName, metricSelector, targetValue, targetAverageValue }) => ({
      metric: identifier(metricName, metricSelector),
      target: compact({
        type: isSet(targetValue) ? 'Value' : 'AverageValue',
        value: targetValue,
        averageValue: targetAverageValue,
      }),
    }),
  },
};

const statusSources: Readonly<Record<string, SourceConversion>> = {
  object: {
    toV1: ({ current, metric, describedObject }) => ({
      target: reference(describedObject),
      metricName: asText(asObject(metric).name),
      currentValue: asObject(current).value ?? '0',
      ...compact({ selector: asObject(metric).selector, averageValue: asObject(current).averageValue }),
    }),
    fromV1: ({ target, metricName, currentValue, selector, averageValue }) => ({
      metric: identifier(metricName, selector),
      current: compact({ value: currentValue ?? '0', averageValue }),
      describedObject: reference(target),
    }),
  },
  pods: {
    toV1: ({ current, metric }) => ({
      metricName: asText(asObject(metric).name),
      currentAverageValue: asObject(current).averageValue ?? '0',
      ...compact({ selector: asObject(metric).selector }),
    }),
    fromV1: ({ metricName, selector, currentAverageValue }) => ({
      metric: identifier(metricName, selector),
      current: { averageValue: currentAverageValue ?? '0' },
    }),
  },
  resource: { toV1: resourceStatusToV1, fromV1: resourceStatusFromV1 },
  containerResource: {
    toV1: (source) => ({ ...resourceStatusToV1(source), container: asText(source.container) }),
    fromV1: (source) => ({ ...resourceStatusFromV1(source), container: asText(source.container) }),
  },
  external: {
    toV1: ({ current, metric }) => ({
      metricName: asText(asObject(metric).name),
      ...compact({ metricSelector: asObject(metric).selector }),
      currentValue: asObject(current).value ?? '0',
      ...compact({ currentAverageValue: asObject(current).averageValue }),
    }),
    fromV1: ({ metricName, metricSelector, currentValue, currentAverageValue }) => ({
      metric: identifier(metricName, metricSelector),
      current: compact({ value: currentValue ?? '0', averageValue: currentAverageValue }),
    }),
  },
};

export function metricSpecToV1(metric: JsonObject): JsonObject {
  return convert(metric, specSources, 'toV1');
}

export function metricSpecFromV1(metric: JsonObject): JsonObject {
  return convert(metric, specSources, 'fromV1');
}

export function metricStatusToV1(metric: JsonObject): JsonObject {
  return convert(metric, statusSources, 'toV1');
}

export function metricStatusFromV1(metric: JsonObject): JsonObject {
  return convert(metric, statusSources, 'fromV1');
}

function convert(
  metric: JsonObject,
  sources: Readonly<Record<string, SourceConversion>>,
  direction: keyof SourceConversion,
): JsonObject {
  const out: JsonObject = { type: asText(metric.type) };
  for (const [name, source] of Object.entries(sources)) {
    if (isSet(metric[name])) out[name] = source[direction](asObject(metric[name]));
  }
  return out;
}

function resourceToV1({ name, target }: JsonObject): JsonObject {
  const { averageUtilization, averageValue } = asObject(target);
  return {
    name: asText(name),
    ...compact({ targetAverageUtilization: averageUtilization, targetAverageValue: averageValue }),
  };
}

function resourceFromV1({ name, targetAverageUtilization, targetAverageValue }: JsonObject): JsonObject {
  return {
    name: asText(name),
    target: compact({
      type: isSet(targetAverageUtilization) ? 'Utilization' : 'AverageValue',
      averageValue: targetAverageValue,
      averageUtilization: targetAverageUtilization,
    }),
  };
}

function resourceStatusToV1({ name, current }: JsonObject): JsonObject {
  const { averageUtilization, averageValue = '0' } = asObject(current);
  return {
    name: asText(name),
    ...compact({ currentAverageUtilization: averageUtilization }),
    currentAverageValue: averageValue,
  };
}

function resourceStatusFromV1({ name, currentAverageUtilization, currentAverageValue }: JsonObject): JsonObject {
  return {
    name: asText(name),
    current: compact({ averageValue: currentAverageValue ?? '0', averageUtilization: currentAverageUtilization }),
  };
}

function identifier(name: JsonValue | undefined, selector: JsonValue | undefined): JsonObject {
  return compact({ name: asText(name), selector });
}

function reference(value: JsonValue | undefined): JsonObject {
  const { kind, name, apiVersion } = asObject(value);
  return { kind: asText(kind), name: asText(name), ...compact({ apiVersion }) };
}

function isZero(quantity: JsonValue | undefined): boolean {
  return !isSet(quantity) || /^[+-]?0*\.?0*([a-zA-Z]+)?$/.test(asText(quantity));
}
