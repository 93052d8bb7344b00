/** What is wrong with the arguments of upstream's plugins, in upstream's words. */
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  notSupportedInOrder,
  required,
} from '../../apimachinery/errors/field-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { asList, asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import { parseGoDurationMilliseconds } from '../../apimachinery/duration/go-duration.ts';
import { validateLabelName } from '../../apimachinery/validation/labels.ts';
import { checkAffinity } from '../../apis/core/validation/affinity.ts';

type Errors = FieldError[];
type Check = (args: JsonObject, path: string, errors: Errors) => void;

const strategies = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'];

const checks: Readonly<Record<string, Check>> = {
  DefaultPreemption({ minCandidateNodesPercentage: percentage, minCandidateNodesAbsolute: absolute }, path, errors) {
    const [percentagePath, absolutePath] = [`${path}.minCandidateNodesPercentage`, `${path}.minCandidateNodesAbsolute`];
    if (asNumber(percentage) < 0 || asNumber(percentage) > 100)
      errors.push(invalid(percentagePath, percentage, 'not in valid range [0, 100]'));
    if (asNumber(absolute) < 0) errors.push(invalid(absolutePath, absolute, 'not in valid range [0, inf)'));
    if (percentage !== 0 || absolute !== 0) return;
    errors.push(
      invalid(percentagePath, percentage, 'cannot be zero at the same time as minCandidateNodesAbsolute'),
      invalid(absolutePath, absolute, 'cannot be zero at the same time as minCandidateNodesPercentage'),
    );
  },
  InterPodAffinity({ hardPodAffinityWeight: weight }, path, errors) {
    if (asNumber(weight) < 0 || asNumber(weight) > 100)
      errors.push(invalid(`${path}.hardPodAffinityWeight`, weight, 'not in valid range [0, 100]'));
  },
  NodeAffinity({ addedAffinity }, path, errors) {
    if (!isSet(addedAffinity)) return;
    const found: Errors = [];
    checkAffinity({ nodeAffinity: addedAffinity }, { allowInvalidValues: false }, path, found);
    for (const error of found) {
      errors.push({ ...error, field: error.field.replace(`${path}.nodeAffinity`, `${path}.addedAffinity`) });
    }
  },
  NodeResourcesBalancedAllocation({ resources }, path, errors) {
    const seen = new Set<string>();
    for (const [index, { name, weight }] of asObjects(resources).entries()) {
      const at = `${path}.resources[${index}]`;
      if (seen.has(asText(name))) errors.push(duplicate(`${at}.name`, name));
      seen.add(asText(name));
      if (weight !== 1) errors.push(invalid(`${at}.weight`, weight, 'must be 1'));
    }
  },
  NodeResourcesFit: checkFit,
  PodTopologySpread: checkSpread,
  VolumeBinding({ bindTimeoutSeconds: timeout, shape }, path, errors) {
    if (asNumber(timeout) < 0) {
      const detail = 'invalid BindTimeoutSeconds, should not be a negative value';
      errors.push(invalid(`${path}.bindTimeoutSeconds`, timeout, detail));
    }
    if (isSet(shape)) {
      const detail = 'unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring';
      errors.push(invalid(`${path}.shape`, shape, detail));
    }
  },
  DynamicResources({ filterTimeout, bindingTimeout }, path, errors) {
    if (parseGoDurationMilliseconds(asText(filterTimeout)) < 0)
      errors.push(invalid(`${path}.filterTimeout`, filterTimeout, 'must be zero or positive'));
    if (parseGoDurationMilliseconds(asText(bindingTimeout)) < 1000)
      errors.push(invalid(`${path}.bindingTimeout`, bindingTimeout, 'must be at least 1 second'));
  },
};

export function checkPluginArgs(plugin: string, args: JsonObject, path: string, errors: Errors): void {
  if (Object.hasOwn(checks, plugin)) checks[plugin]?.(args, path, errors);
}

function checkFit(args: JsonObject, path: string, errors: Errors): void {
  for (const [index, name] of asTexts(args.ignoredResources).entries()) {
    errors.push(...validateLabelName(name, `${path}.ignoredResources[${index}]`));
  }
  for (const [index, group] of asTexts(args.ignoredResourceGroups).entries()) {
    const at = `${path}.ignoredResourceGroups[${index}]`;
    if (group.includes('/')) errors.push(invalid(at, group, "resource group name can't contain '/'"));
    errors.push(...validateLabelName(group, at));
  }
  const { type, resources, requestedToCapacityRatio: ratio } = asObject(args.scoringStrategy);
  const at = `${path}.scoringStrategy`;
  if (!strategies.includes(asText(type))) errors.push(notSupported(`${at}.type`, asText(type), strategies));
  for (const [index, { name, weight }] of asObjects(resources).entries()) {
    if (asNumber(weight) > 0 && asNumber(weight) <= 100) continue;
    const detail = `resource weight of ${asText(name)} not in valid range (0, 100]`;
    errors.push(invalid(`${at}.resources[${index}].weight`, weight, detail));
  }
  const ratioPath = `${at}.requestedToCapacityRatio`;
  if (type !== 'RequestedToCapacityRatio') {
    if (isSet(ratio)) errors.push(forbidden(ratioPath, 'must be nil when type is not RequestedToCapacityRatio'));
  } else if (!isSet(ratio)) errors.push(required(ratioPath, 'must be specified when type is RequestedToCapacityRatio'));
  else checkShape(asObjects(asObject(ratio).shape), `${ratioPath}.shape`, errors);
}

function checkShape(shape: readonly JsonObject[], path: string, errors: Errors): void {
  if (shape.length === 0) {
    errors.push(required(path, 'at least one point must be specified'));
    return;
  }
  const unsorted = shape.findIndex(
    ({ utilization }, index) => index > 0 && asNumber(shape[index - 1]?.utilization) >= asNumber(utilization),
  );
  if (unsorted > 0) {
    const detail = 'values must be sorted in increasing order';
    errors.push(invalid(`${path}[${unsorted}].utilization`, asNumber(shape[unsorted]?.utilization), detail));
  }
  for (const [index, point] of shape.entries()) {
    const [utilization, score] = [asNumber(point.utilization), asNumber(point.score)];
    if (utilization < 0 || utilization > 100)
      errors.push(invalid(`${path}[${index}].utilization`, utilization, 'not in valid range [0, 100]'));
    if (score < 0 || score > 10) errors.push(invalid(`${path}[${index}].score`, score, 'not in valid range [0, 10]'));
  }
}

function checkSpread({ defaultingType: type, defaultConstraints }: JsonObject, path: string, errors: Errors): void {
  const constraints = asObjects(defaultConstraints);
  const typePath = `${path}.defaultingType`;
  if (type !== 'System' && type !== 'List') errors.push(notSupportedInOrder(typePath, type, ['System', 'List']));
  else if (type === 'System' && asList(defaultConstraints).length > 0)
    errors.push(invalid(typePath, type, 'when .defaultConstraints are not empty'));
  const actions = ['DoNotSchedule', 'ScheduleAnyway'];
  for (const [index, { maxSkew, topologyKey, whenUnsatisfiable, labelSelector }] of constraints.entries()) {
    const at = `${path}.defaultConstraints[${index}]`;
    if (asNumber(maxSkew) <= 0) errors.push(invalid(`${at}.maxSkew`, asNumber(maxSkew), 'not in valid range (0, inf)'));
    const [key, action] = [asText(topologyKey), asText(whenUnsatisfiable)];
    if (key === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    else errors.push(...validateLabelName(key, `${at}.topologyKey`));
    if (action === '') errors.push(required(`${at}.whenUnsatisfiable`, 'can not be empty'));
    else if (!actions.includes(action)) errors.push(notSupported(`${at}.whenUnsatisfiable`, action, actions));
    if (isSet(labelSelector)) {
      const detail = 'constraint must not define a selector, as they deduced for each pod';
      errors.push(forbidden(`${at}.labelSelector`, detail));
    }
    const isRepeated = constraints
      .slice(0, index)
      .some((other) => asText(other.topologyKey) === key && asText(other.whenUnsatisfiable) === action);
    if (isRepeated) errors.push(duplicate(at, `{${key}, ${action}}`));
  }
}
