/** Which addresses a write of a Service takes and lets go. Families are settled before. */
import { invalid } from '../../../../../apimachinery/errors/field-error.ts';
import { newInternalError, newInvalid } from '../../../../../apimachinery/errors/status-error.ts';
import { asObject, asTexts } from '../../../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../../apimachinery/meta/object.ts';
import { isHeadless } from '../../../../../apis/core/validation/service-cluster-ips.ts';
import type { AddressAllocator } from '../allocator/address-allocator.ts';
import type { IpFamily } from '../allocator/address-range.ts';
import { AllocationError } from '../allocator/allocation-error.ts';
import type { ClaimTransaction } from '../allocator/claim-transaction.ts';
import { keepsPreferredStacks } from './ip-families.ts';

export interface AddressTask {
  readonly service: KubeObject;
  readonly addresses: AddressAllocator;
  readonly transaction: ClaimTransaction;
}

/** Mutates the service. @throws StatusError */
export async function allocateClusterIps(task: AddressTask): Promise<void> {
  const spec = asObject(task.service.spec);
  if (spec.type === 'ExternalName' || isHeadless(spec)) return;
  await takeFrom(task, 0);
}

/** Of a change: a new type may need addresses or none, a second stack may come or go. Mutates the service. @throws StatusError */
export async function updateClusterIps(task: AddressTask, before: JsonObject): Promise<void> {
  const { addresses, transaction } = task;
  const spec = asObject(task.service.spec);
  if (keepsPreferredStacks(spec, before)) return;
  if (before.type === 'ExternalName') return allocateClusterIps(task);
  if (isHeadless(before)) return;
  const old = asTexts(before.clusterIPs);
  if (spec.type === 'ExternalName') {
    for (const address of old) addresses.releaseOnCommit(address, transaction);
    return;
  }
  const families = asTexts(spec.ipFamilies).length;
  const oldFamilies = asTexts(before.ipFamilies).length;
  const second = old[1];
  if (oldFamilies === 1 && families === 2) await takeFrom(task, 1);
  else if (oldFamilies === 2 && families === 1 && second !== undefined) addresses.releaseOnCommit(second, transaction);
}

/** One address per family from place `start` on: the one that is named there, or any. */
async function takeFrom(task: AddressTask, start: number): Promise<void> {
  const spec = asObject(task.service.spec);
  const families = asTexts(spec.ipFamilies);
  // As the service has them in an error: places that are to be filled are empty.
  const ips = families.map((_, index) => asTexts(spec.clusterIPs)[index] ?? '');
  const taken = await Promise.allSettled(
    families.slice(start).map((family, index) => take(task, { family: family as IpFamily, ips, at: start + index })),
  );
  taken.forEach((result, index) => {
    if (result.status === 'rejected') throw result.reason;
    ips[start + index] = result.value;
  });
  spec.clusterIPs = ips;
  const [first] = ips;
  if (first !== undefined) spec.clusterIP = first;
}

interface Place {
  readonly family: IpFamily;
  readonly ips: readonly string[];
  readonly at: number;
}

async function take({ service, addresses, transaction }: AddressTask, { family, ips, at }: Place): Promise<string> {
  const wanted = ips[at] ?? '';
  const name = service.metadata.name ?? '';
  try {
    if (wanted === '') return await addresses.takeNext(family, transaction);
    await addresses.take(wanted, family, transaction);
    return wanted;
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    if (error.isFull) {
      const what = `failed to allocate a serviceIP for Service ${JSON.stringify(name)}`;
      throw newInternalError(new Error(`${what}: ${error.message}`, { cause: error }));
    }
    const detail = `failed to allocate IP${wanted === '' ? '' : ` ${wanted}`}: ${error.message}`;
    throw newInvalid({ group: '', kind: 'Service' }, name, [invalid('spec.clusterIPs', [...ips], detail)]);
  }
}
