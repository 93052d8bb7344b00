/** Keeps the condition Available of APIServices: when one changes, when what is behind it changes, and from time to time. */
import { asObject, asObjects } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import { OwnObjects, type OwnObjectsOptions } from '../bootstrap/own-objects.ts';
import type { ApiServices } from './api-services.ts';
import { type Availability, availableHere, type AvailabilityParts, checkAvailability } from './availability.ts';
import { KeyedWork } from './keyed-work.ts';
import { AVAILABILITY_RESYNC_MS } from './limits.ts';

export interface AvailabilityControllerOptions extends OwnObjectsOptions, AvailabilityParts {
  readonly services: ApiServices;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

export class AvailabilityController {
  readonly #options: AvailabilityControllerOptions;
  readonly #work: KeyedWork;

  constructor(options: AvailabilityControllerOptions) {
    this.#options = options;
    this.#work = new KeyedWork({
      clock: options.clock,
      signal: options.signal,
      resync: AVAILABILITY_RESYNC_MS,
      backoff: [50, AVAILABILITY_RESYNC_MS],
      workers: 8,
      work: (name) => this.#check(name),
      // A server that is gone is told of in its condition.
      onTrouble: (error) => void (error instanceof Unavailable || options.onTrouble(error)),
    });
    const { services, objectsOf } = options;
    services.listen((name) => this.#follow(name));
    // What a service leads to has changed.
    const touched = ({ metadata }: KubeObject): void => this.#wantServing(metadata.namespace, metadata.name);
    const all = () => undefined;
    objectsOf('', 'services').observe({ all, present: touched, gone: touched });
    objectsOf('', 'endpoints').observe({ all, present: touched, gone: touched });
    const slice = ({ metadata }: KubeObject): void =>
      this.#wantServing(metadata.namespace, metadata.labels?.['kubernetes.io/service-name']);
    objectsOf('discovery.k8s.io', 'endpointslices').observe({ all, present: slice, gone: slice });
  }

  start(): void {
    this.#work.start();
  }

  stopped(): Promise<void> {
    return this.#work.stopped();
  }

  #follow(name: string): void {
    const service = this.#options.services.get(name);
    if (service === undefined) this.#work.forget(name);
    // One that is served here is available from its creation on, unless it was served elsewhere before.
    else if (service.remote !== undefined || service.reason !== availableHere.reason) this.#work.want(name);
  }

  #wantServing(namespace: string | undefined, name: string | undefined): void {
    if (!this.#options.services.hasRemote) return;
    for (const service of this.#options.services.remotes()) {
      if (service.remote?.namespace === namespace && service.remote?.name === name) this.#work.want(service.name);
    }
  }

  async #check(name: string): Promise<void> {
    const { services } = this.#options;
    const service = services.get(name);
    if (service === undefined) return;
    const availability = await checkAvailability(service, this.#options);
    await this.#write(name, availability);
    if (services.get(name)?.remote === undefined) this.#work.forget(name);
    if (availability.status === 'False') throw new Unavailable(availability.message);
  }

  async #write(name: string, { status, reason, message }: Availability): Promise<void> {
    const { clock } = this.#options;
    const objects = OwnObjects.of(['apiregistration.k8s.io', 'v1', 'apiservices'], this.#options);
    await objects?.updateStatus({ metadata: { name } }, (present) => {
      const conditions = asObjects(asObject(present.status).conditions);
      const old = conditions.find(({ type }) => type === 'Available');
      if (old?.status === status && old.reason === reason && old.message === message) return undefined;
      const lastTransitionTime = old?.status === status ? old.lastTransitionTime : formatTime(clock.now());
      const condition = { lastTransitionTime, message, reason, status, type: 'Available' };
      const others = conditions.filter((one) => one !== old);
      return { ...present, status: { ...asObject(present.status), conditions: [...others, condition] } };
    });
  }
}

/** It is tried again soon. */
class Unavailable extends Error {
  override name = 'Unavailable';
}
