/** Endpoints and EndpointSlice of the kubernetes service: the addresses of the API servers that are there. */
import type { FieldError } from '../../apimachinery/errors/field-error.ts';
import { asObjects } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { checkEndpointIp, isV6Text } from '../../apis/validation/ip.ts';
import type { MasterLeases } from './master-leases.ts';
import { OwnObjects, type OwnObjectsOptions } from './own-objects.ts';

const name = 'kubernetes';
const namespace = 'default';
const skipMirror = 'endpointslice.kubernetes.io/skip-mirror';

/** Endpoints cannot have a loopback address: the service then has none, as upstream. */
export function canBeEndpoint(address: string): boolean {
  const errors: FieldError[] = [];
  checkEndpointIp(address, '', errors);
  return errors.length === 0;
}

export interface KubernetesEndpointsOptions extends OwnObjectsOptions {
  readonly leases: MasterLeases;
  readonly address: string;
  readonly port: number;
}

export class KubernetesEndpoints {
  readonly #options: KubernetesEndpointsOptions;
  #isLeaving = false;
  #hasWritten = false;
  /** One reconciliation at a time: leaving waits for the one under way. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: KubernetesEndpointsOptions) {
    this.#options = options;
  }

  reconcile(): Promise<void> {
    return this.#next(async () => {
      if (this.#isLeaving) return;
      const { leases, address } = this.#options;
      await leases.renew(address);
      await this.#write(await leases.alive());
    });
  }

  /** Takes this server's address out; nothing puts it back. */
  leave(): Promise<void> {
    this.#isLeaving = true;
    return this.#next(async () => {
      const { leases, address } = this.#options;
      await leases.remove(address);
      await this.#write(await leases.alive());
    });
  }

  #next(run: () => Promise<void>): Promise<void> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #write(addresses: readonly string[]): Promise<void> {
    const ports = this.#ports();
    await Promise.all([
      this.#put(['', 'v1', 'endpoints'], endpointsOf(addresses, ports)),
      this.#put(['discovery.k8s.io', 'v1', 'endpointslices'], sliceOf(addresses, ports)),
    ]);
    this.#hasWritten = true;
  }

  /** A server says its own port once, when it comes: servers that listen on different ones must not fight over it. */
  #ports(): readonly JsonObject[] {
    const present = OwnObjects.of(['', 'v1', 'endpoints'], this.#options)?.get(endpointsOf([], []));
    const known = asObjects(asObjects(present?.subsets)[0]?.ports);
    if (this.#hasWritten && known.length > 0) return known;
    return [{ name: 'https', port: this.#options.port, protocol: 'TCP' }];
  }

  /** As wanted: made, changed, or left alone. */
  async #put(path: readonly [string, string, string], wanted: KubeObject): Promise<void> {
    const scope = this.#options.scopeOf(...path);
    const objects = OwnObjects.of(path, this.#options);
    if (scope === undefined || objects === undefined) return;
    const present = objects.get(wanted);
    if (present !== undefined && present.addressType !== wanted.addressType) {
      // The type of a slice cannot change.
      await objects.delete(present);
      await objects.createMissing(wanted);
    } else if (present !== undefined) {
      const complete = scope.decodeOwn(wanted);
      await objects.update(wanted, (old) => changed(old, complete));
    } else if (!this.#isLeaving) await objects.createMissing(wanted);
  }
}

function endpointsOf(addresses: readonly string[], ports: readonly JsonObject[]): KubeObject {
  const subset = { addresses: addresses.map((ip) => ({ ip })), ports: [...ports] };
  return {
    metadata: { name, namespace, labels: { [skipMirror]: 'true' } },
    ...(addresses.length === 0 ? {} : { subsets: [subset] }),
  };
}

/** A slice has one family: IPv6 where all are, else IPv4 (as upstream). */
function sliceOf(addresses: readonly string[], ports: readonly JsonObject[]): KubeObject {
  const isV6 = addresses.length > 0 && addresses.every(isV6Text);
  return {
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: isV6 ? 'IPv6' : 'IPv4',
    endpoints: addresses
      .filter((address) => isV6Text(address) === isV6)
      .map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ...(addresses.length === 0 ? {} : { ports: [...ports] }),
  };
}

/** Undefined: nothing to change. */
function changed(old: KubeObject, wanted: KubeObject): KubeObject | undefined {
  const labels = { ...old.metadata.labels, ...wanted.metadata.labels };
  const { metadata, kind, apiVersion, ...present } = old;
  const { metadata: _metadata, kind: _kind, apiVersion: _apiVersion, ...body } = wanted;
  if (semanticallyEqual(body, present) && semanticallyEqual(labels, metadata.labels)) return undefined;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    metadata: { ...metadata, labels },
    ...body,
  };
}
