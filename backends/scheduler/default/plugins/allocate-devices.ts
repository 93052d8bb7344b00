/** Finds devices for claims on a node: every request against every device, in all orders, until all are served. */
import type {
  ChosenDevice,
  ClaimAllocation,
  Device,
  DeviceAlternative,
  DeviceClaim,
  DeviceConstraint,
  DevicePool,
  DeviceRequest,
  DeviceSelector,
  Devices,
  NodeInfo,
} from '../../interface.ts';
import { keepsAway, untolerated } from '../tolerations.ts';

/** The API's limit of devices in a claim. */
const mostDevices = 32;

export interface AllocateParts {
  readonly devices: Devices;
  readonly pools: readonly DevicePool[];
  /** That claims have already, or are about to get. */
  readonly allocated: ReadonlySet<string>;
}

/** One for each claim; or why not: without a reason nothing fits. @throws Error: something is wrong with a claim or a class */
export function allocateDevices(
  claims: readonly DeviceClaim[],
  node: NodeInfo,
  parts: AllocateParts,
): readonly ClaimAllocation[] | undefined {
  const pools = parts.pools.flatMap((pool) => {
    const there = pool.devices.filter((device) => device.node?.matches(node) !== false);
    return there.length === 0 ? [] : [{ ...pool, devices: there }];
  });
  const search = new Search(pools, parts);
  return search.from(claims, 0)
    ? claims.map((claim) => ({ devices: search.chosenFor(claim), node: node.name }))
    : undefined;
}

class Search {
  readonly #pools: readonly DevicePool[];
  readonly #parts: AllocateParts;
  readonly #chosen = new Map<DeviceClaim, ChosenDevice[]>();
  /** Taken in this search. */
  readonly #taken = new Set<string>();
  readonly #matches = new Map<string, boolean>();

  constructor(pools: readonly DevicePool[], parts: AllocateParts) {
    this.#pools = pools;
    this.#parts = parts;
  }

  chosenFor(claim: DeviceClaim): readonly ChosenDevice[] {
    return this.#chosen.get(claim) ?? [];
  }

  from(claims: readonly DeviceClaim[], index: number): boolean {
    const claim = claims[index];
    if (claim === undefined) return true;
    this.#chosen.set(claim, []);
    return this.#requests(claim, 0, () => this.from(claims, index + 1));
  }

  #requests(claim: DeviceClaim, index: number, then: () => boolean): boolean {
    const request = claim.requests[index];
    if (request === undefined) return then();
    return request.alternatives.some((alternative) => {
      const wanted = this.#wanted(claim, request, alternative);
      const next = () => this.#requests(claim, index + 1, then);
      if (wanted === undefined)
        return this.#some({ claim, request, alternative, left: alternative.count ?? 1, finish: next });
      return wanted.length > 0 && this.#all({ claim, request, alternative, left: wanted.length, finish: next }, wanted);
    });
  }

  /** Undefined: a number of any that match. */
  #wanted(claim: DeviceClaim, request: DeviceRequest, alternative: DeviceAlternative): Device[] | undefined {
    const where = `claim ${claim.namespace}/${claim.name}, request ${nameOf(request, alternative)}`;
    if (alternative.notServed !== '') throw new Error(`${where}: ${alternative.notServed} is not served here`);
    if (alternative.count !== undefined) return undefined;
    const unready = this.#pools.find(({ isIncomplete, isInvalid }) => isIncomplete || isInvalid);
    if (unready !== undefined) {
      const state = unready.isIncomplete ? 'being updated' : 'invalid';
      throw new Error(`${where}: asks for all devices, but resource pool ${unready.name} is currently ${state}`);
    }
    return this.#pools.flatMap(({ devices }) =>
      devices.filter((device) => this.#isSelected(device, claim, request, alternative)),
    );
  }

  #some(step: Step): boolean {
    const { claim, request, alternative, left } = step;
    if (left === 0) return step.finish();
    for (const { devices, isInvalid } of this.#pools) {
      if (isInvalid) continue;
      for (const device of devices) {
        if (!this.#isSelected(device, claim, request, alternative)) continue;
        if (this.#take(step, device, () => this.#some({ ...step, left: left - 1 }))) return true;
      }
    }
    return false;
  }

  #all(step: Step, wanted: readonly Device[]): boolean {
    const [first, ...others] = wanted;
    if (first === undefined) return step.finish();
    return this.#take(step, first, () => this.#all(step, others));
  }

  /** Given back if what comes after it does not work out. */
  #take({ claim, request, alternative }: Step, device: Device, then: () => boolean): boolean {
    const { adminAccess } = alternative;
    const chosen = this.#chosen.get(claim) ?? [];
    const isTaken = this.#taken.has(device.id) || this.#parts.allocated.has(device.id);
    if ((isTaken && !adminAccess) || chosen.length >= mostDevices) return false;
    if (chosen.some((other) => other.device.id === device.id && other.request === nameOf(request, alternative)))
      return false;
    if (untolerated(device.taints, alternative.tolerations, keepsAway) !== undefined) return false;
    const choice = { device, request: nameOf(request, alternative), alternative };
    if (!claim.constraints.every((constraint) => holds(constraint, choice, chosen))) return false;
    chosen.push(choice);
    if (!adminAccess) this.#taken.add(device.id);
    if (then()) return true;
    chosen.pop();
    if (!adminAccess) this.#taken.delete(device.id);
    return false;
  }

  #isSelected(device: Device, claim: DeviceClaim, request: DeviceRequest, alternative: DeviceAlternative): boolean {
    const key = `${claim.uid} ${nameOf(request, alternative)} ${device.id}`;
    let isMatch = this.#matches.get(key);
    if (isMatch === undefined) {
      const { className, selectors } = alternative;
      const ofClass = this.#parts.devices.deviceClass(className)?.selectors ?? [];
      isMatch =
        selects(ofClass, device, `class ${className}`) &&
        selects(selectors, device, `claim ${claim.namespace}/${claim.name}`);
      this.#matches.set(key, isMatch);
    }
    return isMatch;
  }
}

interface Step {
  readonly claim: DeviceClaim;
  readonly request: DeviceRequest;
  readonly alternative: DeviceAlternative;
  /** Devices still to be found. */
  readonly left: number;
  /** What comes after it. */
  readonly finish: () => boolean;
}

/** @throws Error that says which expression failed, and of what */
function selects(selectors: readonly DeviceSelector[], device: Device, owner: string): boolean {
  return selectors.every((matches, index) => {
    try {
      return matches(device);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${owner}: selector #${index}: ${why}`, { cause: error });
    }
  });
}

function nameOf({ name }: DeviceRequest, alternative: DeviceAlternative): string {
  return alternative.name === '' ? name : `${name}/${alternative.name}`;
}

function isMeant({ requests }: DeviceConstraint, request: string): boolean {
  return requests.size === 0 || requests.has(request) || requests.has(request.split('/')[0] ?? '');
}

function holds(constraint: DeviceConstraint, choice: ChosenDevice, chosen: readonly ChosenDevice[]): boolean {
  if (!isMeant(constraint, choice.request)) return true;
  const value = choice.device.attributes.get(constraint.attribute);
  if (value === undefined) return false;
  const others = chosen
    .filter(({ request }) => isMeant(constraint, request))
    .map(({ device }) => device.attributes.get(constraint.attribute));
  return constraint.kind === 'match' ? others.every((other) => other === value) : !others.includes(value);
}
