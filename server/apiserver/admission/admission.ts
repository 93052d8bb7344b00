/**
 * The admission seam: mutating plugins run on the decoded, defaulted object before the store's own rules, validating ones on
 * what is about to be stored. Plugins are listed in order by ordered-plugins.ts.
 */
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { ResourceDefinition } from '../registry/generic/resource-definition.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import type { Reinvocation } from './reinvocation.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly scope: ResourceScope;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** What the request says of how it wants to be done: a CreateOptions, an UpdateOptions …; undefined: nothing (CONNECT). */
  readonly options: () => JsonObject | undefined;
  /** Set by the mutating plugins that may want a second round. */
  reinvocation: Reinvocation | undefined;
  /** In the storage version; of a DELETE the object as it is. Mutating plugins may change it. */
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
  readonly warn: (text: string) => void;
  /** Milliseconds that the request has waited for webhooks. */
  readonly took: (layer: 'mutating-webhook' | 'validating-webhook', milliseconds: number) => void;
  /** Adds to what the audit trail says of the request; at level Request only where its bodies are kept. */
  readonly annotate: (key: string, value: string, level?: 'Metadata' | 'Request') => void;
}

export interface AdmissionPlugin {
  readonly name: string;
  /** What it looks at: "pods", "pods/resize", "ingresses.networking.k8s.io"; unset: everything, every subresource. */
  readonly resources?: readonly string[];
  /** Unset: all, but that nothing of a DELETE is there to be mutated: who mutates then has to name it. */
  readonly operations?: readonly AdmissionOperation[];
  /** @throws StatusError to refuse. */
  mutate?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}

/** The plugins that look at one operation on one (sub)resource. */
interface Concerned {
  readonly mutating: readonly AdmissionPlugin[];
  readonly validating: readonly AdmissionPlugin[];
}

export class Admission {
  readonly #plugins: readonly AdmissionPlugin[];
  /** By operation and subresource; definitions of custom resources come and go. */
  readonly #concerned = new WeakMap<ResourceDefinition, Map<string, Concerned>>();

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    const { mutating } = this.#select(attributes);
    for (const plugin of mutating) {
      const pending = plugin.mutate?.(attributes);
      if (pending !== undefined) await pending;
    }
    const { reinvocation } = attributes;
    if (reinvocation?.isRequested !== true) return;
    reinvocation.isReinvoked = true;
    for (const plugin of mutating) await plugin.mutate?.(attributes);
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#select(attributes).validating) {
      const pending = plugin.validate?.(attributes);
      if (pending !== undefined) await pending;
    }
  }

  #select({ scope, operation, subresource }: AdmissionAttributes): Concerned {
    const { definition } = scope;
    let known = this.#concerned.get(definition);
    if (known === undefined) {
      known = new Map();
      this.#concerned.set(definition, known);
    }
    const key = `${operation} ${subresource}`;
    let found = known.get(key);
    if (found === undefined) {
      const concerned = this.#plugins.filter((plugin) => looksAt(plugin, definition, { operation, subresource }));
      found = {
        mutating: concerned.filter(
          (plugin) => plugin.mutate !== undefined && (operation !== 'DELETE' || plugin.operations !== undefined),
        ),
        validating: concerned.filter((plugin) => plugin.validate !== undefined),
      };
      known.set(key, found);
    }
    return found;
  }
}

function looksAt(
  { resources, operations }: AdmissionPlugin,
  { group, resource }: ResourceDefinition,
  { operation, subresource }: Pick<AdmissionAttributes, 'operation' | 'subresource'>,
): boolean {
  if (operations?.includes(operation) === false) return false;
  const name = (group === '' ? resource : `${resource}.${group}`) + (subresource === '' ? '' : `/${subresource}`);
  return resources?.includes(name) ?? true;
}
