/**
 * The admission seam: mutating plugins run on the decoded, defaulted object before the store's own rules, validating ones on
 * what is about to be stored. Plugins are listed in order by the composition root.
 */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly scope: ResourceScope;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** In the storage version; absent for DELETE of a collection. Mutating plugins may change it. */
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
  readonly warn: (text: string) => void;
}

export interface AdmissionPlugin {
  readonly name: string;
  /** @throws StatusError to refuse. */
  mutate?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}

export class Admission {
  readonly #mutating: readonly AdmissionPlugin[];
  readonly #validating: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#mutating = plugins.filter((plugin) => plugin.mutate !== undefined);
    this.#validating = plugins.filter((plugin) => plugin.validate !== undefined);
  }

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#mutating) {
      const pending = plugin.mutate?.(attributes);
      if (pending !== undefined) await pending;
    }
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#validating) {
      const pending = plugin.validate?.(attributes);
      if (pending !== undefined) await pending;
    }
  }
}
