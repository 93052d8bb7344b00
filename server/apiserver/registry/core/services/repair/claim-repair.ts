/**
 * Brings claims and services together again after crashes and strangers: claims that a service has lost are made, claims that
 * no service has are let go once no request can still be about to use them. What two services say they have is reported.
 */
import type { Clock } from '../../../../../apimachinery/clock/clock.ts';
import { asObject } from '../../../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../../apimachinery/meta/object.ts';
import type { CachedObject } from '../../../../cacher/interface.ts';
import type { GenericStore } from '../../../generic/store.ts';
import type { Owner } from '../allocator/claims.ts';
import { CLAIM_GRACE_MS } from '../limits.ts';
import type { ClaimedValues } from './claimed-values.ts';

export interface ClaimRepairOptions {
  readonly values: readonly ClaimedValues[];
  readonly services: GenericStore;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
}

export class ClaimRepair {
  readonly #options: ClaimRepairOptions;
  /** Of each state of a service; most have not changed since the last run. */
  readonly #specs = new WeakMap<CachedObject, JsonObject>();
  /** What is wrong for good is said once. */
  readonly #reported = new Set<string>();

  constructor(options: ClaimRepairOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { items } = await this.#options.services.cache.list({});
    for (const values of this.#options.values) {
      for (const item of items) await this.#checkService(item, values);
      for (const claim of await values.claims.all()) await this.#checkClaim(claim, values);
    }
  }

  /** A claim that somebody deletes while its service is there comes back at once, before another service gets the value. */
  watch(): void {
    for (const values of this.#options.values) {
      values.claims.onGone((value, owner) => {
        if (this.#has(values, value, owner)) values.claims.take(value, owner).catch(this.#options.onTrouble);
      });
    }
  }

  async #checkService(item: CachedObject, values: ClaimedValues): Promise<void> {
    const { namespace, name } = item;
    const { claims } = values;
    for (const value of values.valuesOf(this.#specOf(item))) {
      if (!(await values.isInRange(value))) {
        await this.#report(item, values, { ...values.outOfRange, value });
        continue;
      }
      const held = claims.holderOf(value);
      if (held?.namespace === namespace && held.name === name) continue;
      if (held !== undefined && this.#has(values, value, held)) {
        await this.#report(item, values, { ...values.duplicate, value });
        continue;
      }
      await this.#report(item, values, { ...values.missing, value });
      const stranger = claims.get(value);
      if (stranger !== undefined) await claims.remove(value, stranger.metadata.uid ?? '');
      await claims.take(value, { namespace, name });
    }
  }

  async #checkClaim(claim: KubeObject, values: ClaimedValues): Promise<void> {
    if (!values.isOwn(claim)) return;
    const { name: value = '', uid = '', creationTimestamp } = claim.metadata;
    const { namespace = '', name = '' } = values.claims.holderOf(value) ?? {};
    if (this.#has(values, value, { namespace, name })) return;
    const age = this.#options.clock.now() - Date.parse(creationTimestamp ?? '');
    if (age <= CLAIM_GRACE_MS) return;
    const note = `${claim.kind ?? ''}: ${value} for Service ${namespace}/${name} appears to have leaked: cleaning up`;
    await values.record({ regarding: claim, reason: 'IPAddressNotAllocated', action: 'IPAddressAllocation', note });
    await values.claims.remove(value, uid);
  }

  #has(values: ClaimedValues, value: string, { namespace, name }: Owner): boolean {
    const { services } = this.#options;
    if (name === '') return false;
    const item = services.cache.get(services.key(namespace, name));
    return item !== undefined && values.valuesOf(this.#specOf(item)).includes(value);
  }

  #specOf(item: CachedObject): JsonObject {
    let spec = this.#specs.get(item);
    if (spec === undefined) this.#specs.set(item, (spec = asObject(this.#options.services.parse(item).spec)));
    return spec;
  }

  async #report(
    item: CachedObject,
    values: ClaimedValues,
    what: { reason: string; note: (value: string) => string; value: string },
  ): Promise<void> {
    const note = what.note(what.value);
    const key = `${item.key} ${what.reason} ${what.value}`;
    if (this.#reported.has(key)) return;
    // What is repaired may break again; what is not stays as it is.
    if (what.reason !== values.missing.reason) this.#reported.add(key);
    const regarding = this.#options.services.parse(item);
    await values.record({ regarding, reason: what.reason, action: values.action, note });
  }
}
