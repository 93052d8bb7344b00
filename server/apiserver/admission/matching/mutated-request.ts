/** A request whose object is changed on its way through webhooks or policies, each of which may want to see it in another version. */
import { jsonEquals } from '../../../apimachinery/json-equals.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { readManagers } from '../../field-manager/managed-fields.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { isSameVersion, type SeenVersion, type SeenVersions } from './seen-version.ts';
import {
  admittedObject,
  fromSeen,
  replaceObject,
  type VersionedRequest,
  versionedRequest,
} from './versioned-request.ts';

export class MutatedRequest {
  readonly #attributes: AdmissionAttributes;
  readonly #own: SeenVersion;
  readonly #managers: KubeObject['metadata']['managedFields'];
  #request: VersionedRequest | undefined;
  #changed: KubeObject | undefined;

  constructor(attributes: AdmissionAttributes, versions: SeenVersions) {
    this.#attributes = attributes;
    this.#own = versions.own(attributes.scope, attributes.subresource);
    this.#managers = attributes.object?.metadata.managedFields;
  }

  /** As far as it has come, in whatever version. */
  current(): Pick<VersionedRequest, 'object' | 'oldObject'> {
    return this.#request ?? { object: admittedObject(this.#attributes), oldObject: this.#attributes.old };
  }

  async as(seen: SeenVersion): Promise<VersionedRequest> {
    const request = this.#request;
    if (request !== undefined && isSameVersion(request.seen, seen)) {
      return request.seen === seen ? request : (this.#request = { ...request, seen });
    }
    await this.#store();
    return (this.#request = await versionedRequest(this.#attributes, this.#own, seen));
  }

  /** Of the version last asked for. */
  replace(object: KubeObject): void {
    if (this.#request === undefined) throw new TypeError('nobody has seen the object');
    this.#request = { ...this.#request, object };
    this.#changed = object;
  }

  /** Leaves the changes in the object that admission was given. */
  async finish(): Promise<void> {
    await this.#store();
    const { object, warn } = this.#attributes;
    if (object === undefined || jsonEquals(object.metadata.managedFields, this.#managers)) return;
    const problem = readManagers(object.metadata.managedFields ?? []);
    if (typeof problem !== 'string') return;
    if (this.#managers === undefined) delete object.metadata.managedFields;
    else object.metadata.managedFields = this.#managers;
    warn(
      '.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating ' +
        `admission controller; please fix your requests: ${problem}`,
    );
  }

  async #store(): Promise<void> {
    const { object } = this.#attributes;
    if (this.#changed === undefined || this.#request === undefined || object === undefined) return;
    replaceObject(object, await fromSeen(this.#request.seen, this.#own, this.#changed));
    this.#changed = undefined;
  }
}
