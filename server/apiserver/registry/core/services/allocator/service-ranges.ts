/** The blocks that ServiceCIDR objects open for cluster IPs, as this server's cache has them. */
import { asObject, asObjects, asTexts } from '../../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../../apimachinery/meta/object.ts';
import type { CachedObject } from '../../../../cacher/interface.ts';
import type { GenericStore } from '../../../generic/store.ts';
import { type AddressRange, type IpFamily, parseAddressRange } from './address-range.ts';

interface KnownRange {
  readonly range: AddressRange;
  readonly isReady: boolean;
}

export class ServiceRanges {
  readonly #store: GenericStore;
  /** By key; there are few, and they hardly change. */
  readonly #parsed = new Map<string, { readonly revision: number; readonly ranges: readonly KnownRange[] }>();

  constructor(store: GenericStore) {
    this.#store = store;
  }

  /** All of one family; `ready` only those that new addresses may come from. */
  async ofFamily(family: IpFamily, { ready }: { ready: boolean }): Promise<AddressRange[]> {
    const known = await this.#all();
    return known
      .filter(({ range, isReady }) => range.family === family && (isReady || !ready))
      .map(({ range }) => range);
  }

  async containing(address: string, { ready }: { ready: boolean }): Promise<AddressRange | undefined> {
    const known = await this.#all();
    return known.find(({ range, isReady }) => (isReady || !ready) && range.contains(address))?.range;
  }

  async #all(): Promise<KnownRange[]> {
    const { items } = await this.#store.cache.list({});
    if (items.length < this.#parsed.size) this.#parsed.clear();
    return items.flatMap((item) => this.#rangesOf(item));
  }

  #rangesOf(item: CachedObject): readonly KnownRange[] {
    const known = this.#parsed.get(item.key);
    if (known?.revision === item.revision) return known.ranges;
    const object = this.#store.parse(item);
    const isReady = isReadyForUse(object);
    const ranges = asTexts(asObject(object.spec).cidrs).flatMap((cidr) => {
      const range = parseAddressRange(cidr);
      return range === undefined ? [] : [{ range, isReady }];
    });
    this.#parsed.set(item.key, { revision: item.revision, ranges });
    return ranges;
  }
}

/** Without a condition it counts as ready: nobody may be there to set one. */
function isReadyForUse(object: KubeObject): boolean {
  if (object.metadata.deletionTimestamp !== undefined) return false;
  const condition = asObjects(asObject(object.status).conditions).find(({ type }) => type === 'Ready');
  return condition === undefined || condition.status === 'True';
}
