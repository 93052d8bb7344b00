/** The ServiceCIDR "kubernetes": made from --service-cluster-ip-range where it is missing, and said to be ready. */
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asTexts } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import type { GenericStore } from '../registry/generic/store.ts';
import { statusStrategy } from '../registry/networking/servicecidrs/strategy.ts';
import { type OwnFields, ownFieldsEntry } from '../registry/own-fields.ts';
import { ownWriteOptions } from '../registry/own-writes.ts';
import type { RecordEvent } from './own-events.ts';

export interface DefaultServiceCidrOptions {
  readonly store: GenericStore;
  /** Of the flag, in its order. */
  readonly cidrs: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly record: RecordEvent;
}

const name = 'kubernetes';

const specFields: OwnFields = {
  manager: 'kube-apiserver',
  operation: 'Update',
  apiVersion: 'networking.k8s.io/v1',
  fieldsV1: { 'f:spec': { 'f:cidrs': {} } },
};
const conditionFields = { '.': {}, 'f:lastTransitionTime': {}, 'f:message': {}, 'f:status': {}, 'f:type': {} };
const statusFields: OwnFields = {
  manager: 'kubernetes-service-cidr-controller',
  operation: 'Apply',
  apiVersion: 'networking.k8s.io/v1',
  fieldsV1: { 'f:status': { 'f:conditions': { 'k:{"type":"Ready"}': conditionFields } } },
  subresource: 'status',
};

export class DefaultServiceCidr {
  readonly #options: DefaultServiceCidrOptions;
  #hasReported = false;

  constructor(options: DefaultServiceCidrOptions) {
    this.#options = options;
  }

  async sync(): Promise<void> {
    const { store, cidrs } = this.#options;
    const cached = store.cache.get(store.key('', name));
    if (cached === undefined) await this.#create();
    else if (this.#isFirstStackOnly(store.parse(cached)))
      await this.#update((old) => ({ ...old, spec: { cidrs: [...cidrs] } }));
    await this.#syncStatus();
  }

  async #create(): Promise<void> {
    const { store, cidrs, clock } = this.#options;
    try {
      await store.create(
        { metadata: { name, managedFields: [ownFieldsEntry(specFields, clock.now())] }, spec: { cidrs: [...cidrs] } },
        ownWriteOptions(this.#options),
      );
    } catch (error) {
      // Another server was faster.
      if (!(error instanceof StatusError) || error.status.code !== 409) throw error;
    }
  }

  /** A cluster that became one of two stacks. */
  #isFirstStackOnly(object: KubeObject): boolean {
    const present = asTexts(asObject(object.spec).cidrs);
    return this.#options.cidrs.length === 2 && present.length === 1 && present[0] === this.#options.cidrs[0];
  }

  async #syncStatus(): Promise<void> {
    const { store, cidrs, clock } = this.#options;
    const cached = store.cache.get(store.key('', name));
    if (cached === undefined) return;
    const object = store.parse(cached);
    // A block that is going is the controllers'.
    if (object.metadata.deletionTimestamp !== undefined) return;
    const present = asTexts(asObject(object.spec).cidrs);
    if (present.join(',') !== cidrs.join(',')) return this.#reportMismatch(object, present);
    const ready = asObjects(asObject(object.status).conditions).find(({ type }) => type === 'Ready');
    // Somebody who says that it is not ready has a reason.
    if (ready !== undefined && ready.status !== 'Unknown') return;
    const condition = {
      type: 'Ready',
      status: 'True',
      lastTransitionTime: formatTime(clock.now()),
      reason: '',
      message: 'Kubernetes default Service CIDR is ready',
    };
    const entry = ownFieldsEntry(statusFields, clock.now());
    await this.#update((old) => {
      const managedFields = [...(old.metadata.managedFields ?? []), entry];
      return { ...old, metadata: { ...old.metadata, managedFields }, status: { conditions: [condition] } };
    }, statusStrategy);
  }

  async #update(change: (old: KubeObject) => KubeObject, strategy?: typeof statusStrategy): Promise<void> {
    const { store } = this.#options;
    const transform = (old: KubeObject | undefined) => {
      if (old === undefined) throw new TypeError('an update of what is there never creates');
      return change(old);
    };
    await store.update(name, transform, {
      ...ownWriteOptions(this.#options),
      ...(strategy === undefined ? {} : { strategy }),
      allowCreate: false,
      isPatch: true,
    });
  }

  async #reportMismatch(object: KubeObject, present: readonly string[]): Promise<void> {
    if (this.#hasReported) return;
    this.#hasReported = true;
    const note =
      `The default ServiceCIDR [${present.join(' ')}] does not match the controller flag configurations ` +
      `[${this.#options.cidrs.join(' ')}]`;
    await this.#options.record({
      regarding: object,
      reason: 'KubernetesDefaultServiceCIDRInconsistent',
      action: '',
      note,
    });
  }
}
