/** What a claim's status says of the devices that were chosen for it. */
import type { ChosenDevice, ClaimAllocation } from '../../../backends/scheduler/interface.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { asObjects, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { ResourceClaim } from '../../client/api-types.ts';
import type { ObjectSource } from '../../client/object-source.ts';
import { deviceClasses, resourceSlices } from '../../client/resource-types.ts';

type Allocation = NonNullable<NonNullable<ResourceClaim['status']>['allocation']>;

/** `source`: where the classes and slices are that it is about. */
export function allocationOf(
  claim: ResourceClaim,
  { devices, node }: ClaimAllocation,
  source: ObjectSource,
): Allocation {
  const nodeSelector = selectorOf(devices, node, source);
  const allocation = {
    devices: {
      results: devices.map(({ device, request, alternative }) => ({
        request,
        driver: device.driver,
        pool: device.pool,
        device: device.name,
        ...(alternative.adminAccess ? { adminAccess: true } : {}),
        ...(alternative.tolerations.length === 0 ? {} : { tolerations: alternative.tolerations }),
      })),
      config: [...configOfClasses(devices, source), ...configOfClaim(claim, devices)],
    },
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
  };
  return allocation as unknown as Allocation;
}

/** Once a class, for all requests that were served from it. */
function configOfClasses(devices: readonly ChosenDevice[], source: ObjectSource): JsonObject[] {
  const byClass = Map.groupBy(devices, ({ alternative }) => alternative.className);
  return [...byClass].flatMap(([name, chosen]) => {
    const requests = [...new Set(chosen.map(({ request }) => request))];
    const config = (source.get(deviceClasses, name)?.spec.config ?? []) as unknown as readonly JsonObject[];
    return config.map((each) => ({ source: 'FromClass', requests, ...each }));
  });
}

/** What is said of requests, or alternatives, that were served; or of all. */
function configOfClaim(claim: ResourceClaim, devices: readonly ChosenDevice[]): JsonObject[] {
  const config = asObjects((claim.spec.devices as unknown as JsonObject | undefined)?.config);
  const served = new Set(devices.flatMap(({ request }) => [request, request.split('/')[0] ?? '']));
  return config
    .filter(({ requests }) => !isSet(requests) || asTexts(requests).some((name) => served.has(name)))
    .map((each) => ({ source: 'FromClaim', ...each }));
}

/** One node, if one of the devices is that node's; else what all devices ask of nodes; undefined: nothing. */
function selectorOf(devices: readonly ChosenDevice[], node: string, source: ObjectSource): JsonObject | undefined {
  const places = devices.map(({ device }) => placeOf(device, source));
  if (places.some(({ nodeName }) => isSet(nodeName) && nodeName !== '')) {
    const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
    return { nodeSelectorTerms: [{ matchFields }] };
  }
  const terms = places.flatMap(({ nodeSelector }) =>
    asObjects((nodeSelector as JsonObject | undefined)?.nodeSelectorTerms).slice(0, 1),
  );
  const requirements = (name: string) => {
    const all = terms.flatMap((term) => asObjects(term[name]));
    return all.filter(
      (each, index) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(each)) === index,
    );
  };
  const [matchFields, matchExpressions] = [requirements('matchFields'), requirements('matchExpressions')];
  if (matchFields.length + matchExpressions.length === 0) return undefined;
  const term = {
    ...(matchFields.length === 0 ? {} : { matchFields }),
    ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
  };
  return { nodeSelectorTerms: [term] };
}

function placeOf({ driver, pool, name }: ChosenDevice['device'], source: ObjectSource): JsonObject {
  for (const { spec } of source.list(resourceSlices)) {
    if (spec.driver !== driver || spec.pool.name !== pool) continue;
    const device = spec.devices?.find((each) => each.name === name);
    if (device !== undefined) return spec.perDeviceNodeSelection === true ? device : spec;
  }
  return {};
}
