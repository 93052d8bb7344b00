/** Makes the APIServices of what this server serves itself: once for built-in group versions, continuously for those of definitions. */
import { asObject } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { OwnObjects, type OwnObjectsOptions } from '../bootstrap/own-objects.ts';
import { CUSTOM_GROUP_PRIORITY, CUSTOM_VERSION_PRIORITY } from '../custom-resources/custom-priorities.ts';
import type { CustomResources } from '../custom-resources/custom-resources.ts';
import type { ServedGroup } from '../discovery/served-groups.ts';
import { type ApiServices, automanagedLabel } from './api-services.ts';
import { KeyedWork } from './keyed-work.ts';
import { REGISTRATION_WORKERS } from './limits.ts';

export interface LocalRegistrationOptions extends OwnObjectsOptions {
  readonly builtIn: readonly ServedGroup[];
  readonly custom: CustomResources;
  readonly services: ApiServices;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

export class LocalRegistration {
  readonly #options: LocalRegistrationOptions;
  readonly #builtIn: ReadonlyMap<string, KubeObject>;
  readonly #work: KeyedWork;

  constructor(options: LocalRegistrationOptions) {
    this.#options = options;
    this.#builtIn = new Map(
      builtInServices(options.builtIn).map((service) => [service.metadata.name ?? '', service] as const),
    );
    this.#work = new KeyedWork({
      clock: options.clock,
      signal: options.signal,
      resync: undefined,
      backoff: [100, 30_000],
      workers: REGISTRATION_WORKERS,
      work: (name) => this.#settle(name),
      onTrouble: options.onTrouble,
    });
    options.services.listen((name) => {
      if (!this.#builtIn.has(name)) this.#work.want(name);
    });
    options.custom.listen((definition) => this.#follow(definition));
  }

  /** Resolves when those of built-in group versions are there. */
  async start(): Promise<void> {
    await Promise.all([...this.#builtIn.values()].map((service) => this.#settleBuiltIn(service)));
    this.#work.start();
  }

  stopped(): Promise<void> {
    return this.#work.stopped();
  }

  #follow(definition: string): void {
    const { custom, services } = this.#options;
    const group = definition.slice(definition.indexOf('.') + 1);
    for (const { versions } of custom.inGroup(group)) {
      for (const { version } of versions) this.#work.want(`${version}.${group}`);
    }
    // A version may have gone from the last definition that had it.
    for (const service of services.inGroup(group)) this.#work.want(service.name);
  }

  async #settleBuiltIn(service: KubeObject): Promise<void> {
    const objects = this.#objects();
    await objects?.createMissing(service);
    await objects?.update(service, (present) => {
      if (present.metadata.labels?.[automanagedLabel] === undefined) return undefined;
      return semanticallyEqual(present.spec, service.spec) ? undefined : { ...present, spec: service.spec };
    });
  }

  async #settle(name: string): Promise<void> {
    if (this.#builtIn.has(name)) return;
    const wanted = this.#wanted(name);
    const present = this.#options.services.get(name);
    const objects = this.#objects();
    if (wanted !== undefined && present === undefined) await objects?.createMissing(wanted);
    if (present?.automanaged !== 'true') return;
    const there = objects?.get({ metadata: { name } });
    if (there === undefined) return;
    if (wanted === undefined) await objects?.delete(there);
    else if (!semanticallyEqual(there.spec, wanted.spec)) {
      await objects?.update(wanted, (now) => ({ ...now, spec: wanted.spec }));
    }
  }

  #wanted(name: string): KubeObject | undefined {
    const dot = name.indexOf('.');
    const [version, group] = [name.slice(0, dot), name.slice(dot + 1)];
    const isServed = this.#options.custom
      .inGroup(group)
      .some(({ versions }) => versions.some((one) => one.version === version && one.served));
    const spec = {
      group,
      version,
      groupPriorityMinimum: CUSTOM_GROUP_PRIORITY,
      versionPriority: CUSTOM_VERSION_PRIORITY,
    };
    return isServed ? newService(name, 'true', spec) : undefined;
  }

  #objects(): OwnObjects | undefined {
    return OwnObjects.of(['apiregistration.k8s.io', 'v1', 'apiservices'], this.#options);
  }
}

/** The group of APIServices itself has none: it is what everything else begins with. */
function builtInServices(groups: readonly ServedGroup[]): KubeObject[] {
  return groups
    .filter(({ group }) => group !== 'apiregistration.k8s.io')
    .flatMap(({ group, priority, versions }) =>
      versions.map(({ version, priority: versionPriority }) =>
        newService(`${version}.${group}`, 'onstart', {
          ...(group === '' ? {} : { group }),
          version,
          groupPriorityMinimum: priority,
          versionPriority,
        }),
      ),
    );
}

function newService(name: string, managed: string, spec: KubeObject['spec']): KubeObject {
  return { metadata: { name, labels: { [automanagedLabel]: managed } }, spec: asObject(spec) };
}
