/** A cloud that only gives addresses, out of a block: for clusters whose network is elsewhere, or simulated. */
import { AddressBlocks } from '../node-ipam/address-blocks.ts';
import type { LoadBalancerCloud } from './cloud.ts';

/** @param range "192.0.2.0/24", of at most 2^16 addresses. @throws Error */
export function addressPool(range: string): LoadBalancerCloud {
  const addresses = new AddressBlocks(range, range.includes(':') ? 128 : 32);
  const given = new Map<string, string>();
  const textOf = (block: string) => block.replace(/\/\d+$/, '');
  return {
    ensure({ metadata, spec, status }) {
      const { uid = '' } = metadata;
      const known = given.get(uid) ?? status?.loadBalancer?.ingress?.[0]?.ip;
      const asked = spec?.loadBalancerIP;
      const wanted = known ?? (asked === undefined || asked === '' ? undefined : asked);
      let ip = wanted !== undefined && addresses.take(`${wanted}/32`) ? wanted : undefined;
      if (ip === undefined) {
        const block = addresses.allocate();
        if (block === undefined) return Promise.reject(new Error(`no address of ${range} is free`));
        ip = textOf(block);
      }
      given.set(uid, ip);
      return Promise.resolve([{ ip, ipMode: 'VIP' }]);
    },
    delete({ metadata, status }) {
      const { uid = '' } = metadata;
      const ip = given.get(uid) ?? status?.loadBalancer?.ingress?.[0]?.ip;
      if (ip !== undefined) addresses.release(ip);
      given.delete(uid);
      return Promise.resolve();
    },
  };
}
