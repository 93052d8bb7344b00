/** A pod whose resize is under way holds what it asks for or what its containers still have, whichever is more. */
import { asObject, asObjects } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { compareQuantities } from '../../../apimachinery/quantity/arithmetic.ts';
import { parseAmounts } from '../v1/container-resources.ts';
import { type Amounts, amountsToJson } from './amounts.ts';

/** The spec with those resources in place of the containers' own. Never mutates. */
export function withObservedResources(pod: KubeObject): JsonObject {
  const spec = asObject(pod.spec);
  const status = asObject(pod.status);
  const isInfeasible = asObjects(status.conditions).some(
    ({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible',
  );
  const raise = (containers: JsonValue | undefined, statuses: JsonValue | undefined) =>
    asObjects(containers).map((container) => {
      const observed = asObjects(statuses).find(({ name }) => name === container.name);
      return observed === undefined ? container : { ...container, resources: held(container, observed, isInfeasible) };
    });
  if (!Array.isArray(status.containerStatuses) && !Array.isArray(status.initContainerStatuses)) return spec;
  return {
    ...spec,
    containers: raise(spec.containers, status.containerStatuses),
    initContainers: raise(spec.initContainers, status.initContainerStatuses),
  };
}

function held(container: JsonObject, observed: JsonObject, isInfeasible: boolean): JsonObject {
  const wanted = isInfeasible ? {} : asObject(container.resources);
  const actual = asObject(observed.resources);
  return {
    requests: largest(wanted.requests, actual.requests, observed.allocatedResources),
    limits: largest(wanted.limits, actual.limits),
  };
}

function largest(...lists: readonly (JsonValue | undefined)[]): JsonObject {
  const most: Amounts = new Map();
  for (const list of lists) {
    for (const [name, quantity] of parseAmounts(list)) {
      const known = most.get(name);
      if (known === undefined || compareQuantities(quantity, known) > 0) most.set(name, quantity);
    }
  }
  return amountsToJson(most);
}
