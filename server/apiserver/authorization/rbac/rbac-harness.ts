/** What RBAC's tests and figures stand on: objects without a cache, and the questions that are asked about them. */
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';
import type { ObjectObserver } from '../../cacher/parsed-objects.ts';
import type { AuthorizationAttributes, RequestedAction } from '../authorizer.ts';
import type { Observed, PolicyObjects } from './policy-index.ts';

/** Objects of one kind that a test changes. */
export class Objects implements Observed {
  readonly #observers: ObjectObserver[] = [];
  readonly #objects = new Map<string, KubeObject>();

  observe(observer: ObjectObserver): void {
    this.#observers.push(observer);
    for (const object of this.#objects.values()) observer.present(object);
  }

  set(object: KubeObject): void {
    this.#objects.set(keyOf(object), object);
    for (const observer of this.#observers) observer.present(object);
  }

  delete(object: KubeObject): void {
    this.#objects.delete(keyOf(object));
    for (const observer of this.#observers) observer.gone(object);
  }

  /** As a cache that begins anew. */
  replace(objects: readonly KubeObject[]): void {
    this.#objects.clear();
    for (const observer of this.#observers) observer.all();
    for (const object of objects) this.set(object);
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

export interface TestPolicy extends PolicyObjects {
  readonly roles: Objects;
  readonly roleBindings: Objects;
  readonly clusterRoles: Objects;
  readonly clusterRoleBindings: Objects;
}

export function newTestPolicy(): TestPolicy {
  return {
    roles: new Objects(),
    roleBindings: new Objects(),
    clusterRoles: new Objects(),
    clusterRoleBindings: new Objects(),
  };
}

export function role(name: string, namespace: string, ...rules: JsonObject[]): KubeObject {
  return { metadata: { name, ...(namespace === '' ? {} : { namespace }) }, rules };
}

export function binding(name: string, namespace: string, kind: string, ...subjects: JsonObject[]): KubeObject {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name };
  return { metadata: { name, ...(namespace === '' ? {} : { namespace }) }, roleRef, subjects };
}

export function userNamed(name: string, ...groups: readonly string[]): UserInfo {
  return { name, uid: '', groups, extra: {} };
}

/** Of a resource of the core group, unless `more` says otherwise. */
export function asks(user: UserInfo, verb: string, more: Partial<RequestedAction> = {}): AuthorizationAttributes {
  const info: RequestedAction = {
    isResourceRequest: more.path === undefined,
    path: '',
    verb,
    group: '',
    version: 'v1',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    ...more,
  };
  return { user, info };
}
