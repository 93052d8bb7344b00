/**
 * Services that were stored before they had lists of addresses and families: they get what upstream shows of them when it
 * reads them. Written once, so that lists and watches need not look at every service.
 */
import type { Clock } from '../../../../../apimachinery/clock/clock.ts';
import type { Random } from '../../../../../apimachinery/clock/random.ts';
import { asObject, asText, asTexts } from '../../../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../../../apimachinery/json.ts';
import type { GenericStore } from '../../../generic/store.ts';
import { ownWriteOptions } from '../../../own-writes.ts';
import { specInOrder } from '../allocation/spec-order.ts';
import { familyOf, type IpFamily } from '../allocator/address-range.ts';

export interface OldServicesOptions {
  readonly store: GenericStore;
  /** Of the cluster; the first is the default. */
  readonly families: readonly IpFamily[];
  readonly clock: Clock;
  readonly random: Random;
}

export async function completeOldServices(options: OldServicesOptions): Promise<void> {
  const { store, families } = options;
  const { items } = await store.cache.list({});
  for (const item of items) {
    // Few have no such field: only these are parsed.
    if (item.bytes.includes('"ipFamilies":')) continue;
    if (completed(asObject(store.parse(item).spec), families) === undefined) continue;
    await store.update(
      item.name,
      (old) => {
        if (old === undefined) throw new TypeError('an update of what is there never creates');
        return { ...old, spec: completed(asObject(old.spec), families) ?? old.spec };
      },
      // Not as a client's update: nothing is allocated, and nothing checked that was stored under other rules.
      { ...ownWriteOptions(options, item.namespace), strategy: {}, allowCreate: false, isPatch: true },
    );
  }
}

/** Undefined: there is nothing to add. */
function completed(spec: JsonObject, clusterFamilies: readonly IpFamily[]): JsonObject | undefined {
  if (spec.type === 'ExternalName' || asTexts(spec.ipFamilies).length > 0) return undefined;
  const ip = asText(spec.clusterIP);
  if (ip === '') return undefined;
  const clusterIPs = asTexts(spec.clusterIPs).length > 0 ? [...asTexts(spec.clusterIPs)] : [ip];
  const ipFamilies = familiesOf(spec, clusterIPs, clusterFamilies);
  const ipFamilyPolicy = ipFamilies.length === 1 ? 'SingleStack' : 'RequireDualStack';
  return specInOrder({ ...spec, clusterIPs, ipFamilies, ipFamilyPolicy });
}

/** Of a headless service nobody knows which its endpoints have; without a selector they may be any. */
function familiesOf(spec: JsonObject, ips: readonly string[], clusterFamilies: readonly IpFamily[]): IpFamily[] {
  if (ips[0] !== 'None') return ips.flatMap((ip) => familyOf(ip) ?? []);
  const [first = 'IPv4'] = clusterFamilies;
  if (Object.keys(asObject(spec.selector)).length > 0) return [first];
  return [first, first === 'IPv4' ? 'IPv6' : 'IPv4'];
}
