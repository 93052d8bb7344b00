/** Claims, classes and slices of devices as schedulers see them. */
import type {
  Device,
  DeviceAlternative,
  DeviceClaim,
  DeviceClass,
  DevicePool,
  DeviceRequest,
  NodeMatcher,
  Toleration,
} from '../../../backends/scheduler/interface.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asBoolean, asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { DeviceClass as DeviceClassObject, ResourceClaim, ResourceSlice } from '../../client/api-types.ts';
import { deviceSelectors } from './device-selectors.ts';
import { anyTerm } from './node-matcher.ts';

/** Consumers that a claim may have at once: the API's limit. */
const mostConsumers = 256;

function matcherOf(selector: JsonValue | undefined): NodeMatcher | undefined {
  return isSet(selector) ? anyTerm(asObjects(asObject(selector).nodeSelectorTerms)) : undefined;
}

export function compiledDeviceClaim(claim: ResourceClaim): DeviceClaim {
  const { metadata } = claim;
  const { spec, status } = claim as unknown as { spec: JsonObject; status?: JsonObject };
  const { requests, constraints } = asObject(asObject(spec).devices);
  const allocation = asObject(status).allocation;
  const results = asObjects(asObject(asObject(allocation).devices).results);
  const reservedFor = asObjects(asObject(status).reservedFor).map(({ uid }) => asText(uid));
  return {
    uid: metadata.uid ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    requests: asObjects(requests).map(requestOf),
    constraints: asObjects(constraints).map((constraint) => ({
      requests: new Set(asTexts(constraint.requests)),
      attribute: asText(constraint.matchAttribute) || asText(constraint.distinctAttribute),
      kind: isSet(constraint.matchAttribute) ? 'match' : 'distinct',
    })),
    isAllocated: isSet(allocation),
    availableOn: matcherOf(asObject(allocation).nodeSelector),
    reservedFor: new Set(reservedFor),
    takesMoreConsumers: reservedFor.length < mostConsumers,
    taken: new Set(results.map(({ request }) => asText(request))),
  };
}

function requestOf({ name, exactly, firstAvailable }: JsonObject): DeviceRequest {
  const alternatives = isSet(exactly)
    ? [alternativeOf(asObject(exactly), '')]
    : asObjects(firstAvailable).map((each) => alternativeOf(each, asText(each.name)));
  return { name: asText(name), alternatives };
}

function alternativeOf(request: JsonObject, name: string): DeviceAlternative {
  return {
    name,
    className: asText(request.deviceClassName),
    count: request.allocationMode === 'All' ? undefined : asNumber(request.count) || 1,
    adminAccess: asBoolean(request.adminAccess),
    selectors: deviceSelectors(request.selectors),
    tolerations: asObjects(request.tolerations).map(
      ({ key, operator, value, effect }): Toleration => ({
        key: asText(key),
        operator: asText(operator) || 'Equal',
        value: asText(value),
        effect: asText(effect),
      }),
    ),
    notServed: isSet(request.capacity) ? 'a request for capacity' : '',
  };
}

/** Of one claim: those that nobody else may have. */
export function devicesOf(claim: ResourceClaim): string[] {
  const results = claim.status?.allocation?.devices?.results ?? [];
  return results
    .filter(({ adminAccess }) => adminAccess !== true)
    .map(({ driver, pool, device }) => `${driver}/${pool}/${device}`);
}

export function compiledDeviceClass({ metadata, spec }: DeviceClassObject): DeviceClass {
  return { name: metadata.name ?? '', selectors: deviceSelectors(spec.selectors) };
}

/** Of each pool the newest generation counts; one of which slices are missing is incomplete. */
export function compiledPools(slices: readonly ResourceSlice[]): DevicePool[] {
  const byPool = Map.groupBy(slices, ({ spec }) => `${spec.driver}/${spec.pool.name}`);
  return [...byPool].map(([name, all]) => {
    const newest = Math.max(...all.map(({ spec }) => spec.pool.generation));
    const current = all.filter(({ spec }) => spec.pool.generation === newest);
    const devices = current.flatMap(devicesOfSlice);
    return {
      name,
      isIncomplete: current.length < (current[0]?.spec.pool.resourceSliceCount ?? 0),
      isInvalid: new Set(devices.map(({ id }) => id)).size < devices.length,
      devices,
    };
  });
}

function devicesOfSlice(slice: ResourceSlice): Device[] {
  const spec = slice.spec as unknown as JsonObject;
  const driver = asText(spec.driver);
  const pool = asText(asObject(spec.pool).name);
  return asObjects(spec.devices).flatMap((device): Device[] => {
    // Parts of a larger device, and shares of one: what is left of it is not counted here.
    if (isSet(device.consumesCounters) || device.allowMultipleAllocations === true) return [];
    const name = asText(device.name);
    return [
      {
        id: `${driver}/${pool}/${name}`,
        driver,
        pool,
        name,
        attributes: attributesOf(device, driver),
        capacities: capacitiesOf(device, driver),
        taints: asObjects(device.taints).map(({ key, value, effect }) => ({
          key: asText(key),
          value: asText(value),
          effect: asText(effect),
        })),
        node: placeOf(spec.perDeviceNodeSelection === true ? device : spec),
      },
    ];
  });
}

function placeOf({ nodeName, nodeSelector, allNodes }: JsonObject): NodeMatcher | undefined {
  if (allNodes === true) return undefined;
  const name = asText(nodeName);
  if (name !== '') return { names: [name], matches: (node) => node.name === name };
  return matcherOf(nodeSelector);
}

const qualified = (name: string, driver: string) => (name.includes('/') ? name : `${driver}/${name}`);

function attributesOf({ attributes }: JsonObject, driver: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(asObject(attributes)).map(([name, value]) => [qualified(name, driver), JSON.stringify(value)]),
  );
}

function capacitiesOf({ capacity }: JsonObject, driver: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(asObject(capacity)).map(([name, value]) => [qualified(name, driver), asText(asObject(value).value)]),
  );
}
