/** Who is bound to which roles, kept up to date from the cache's changes: a decision reads maps, never lists of objects. */
import { asObject, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { serviceAccountUserName } from '../../../apimachinery/request/service-account.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';
import type { ParsedObjects } from '../../cacher/parsed-objects.ts';
import { CompiledRules, rulesOf } from './policy-rule.ts';

export interface Subject {
  readonly kind: string;
  readonly name: string;
  /** Of a service account; '' where the binding does not say. */
  readonly namespace: string;
}

/** A role that is there, or one that bindings name although it is not. */
export interface RoleEntry {
  readonly kind: 'Role' | 'ClusterRole';
  readonly name: string;
  readonly namespace: string;
  /** Undefined: there is no such role. */
  rules: CompiledRules | undefined;
  /** Bindings that refer to it. */
  references: number;
}

export interface Binding {
  readonly name: string;
  /** '' for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly subjects: readonly Subject[];
  readonly role: RoleEntry;
}

export type Observed = Pick<ParsedObjects, 'observe'>;

/** The objects that RBAC reads. */
export interface PolicyObjects {
  readonly roles: Observed;
  readonly roleBindings: Observed;
  readonly clusterRoles: Observed;
  readonly clusterRoleBindings: Observed;
}

export class PolicyIndex {
  readonly #roles = new Map<string, RoleEntry>();
  readonly #bindings = new Map<string, Binding>();
  /** By the bindings' namespace; '' for what holds everywhere. */
  readonly #subjects = new Map<string, BindingsBySubject>();

  constructor(objects: PolicyObjects) {
    for (const roles of [objects.roles, objects.clusterRoles]) {
      const kind = roles === objects.roles ? 'Role' : 'ClusterRole';
      roles.observe({
        present: (role) => this.#setRole(kind, role, new CompiledRules(rulesOf(role))),
        gone: (role) => this.#setRole(kind, role, undefined),
        all: () => this.#forgetRoles(kind),
      });
    }
    for (const bindings of [objects.roleBindings, objects.clusterRoleBindings]) {
      const isNamespaced = bindings === objects.roleBindings;
      bindings.observe({
        present: (binding) => this.#bind(binding),
        gone: ({ metadata }) => this.#unbind(metadata.namespace ?? '', metadata.name ?? ''),
        all: () => this.#forgetBindings(isNamespaced),
      });
    }
  }

  role(kind: 'Role' | 'ClusterRole', namespace: string, name: string): RoleEntry | undefined {
    return this.#roles.get(roleKey(kind, namespace, name));
  }

  /**
   * Visits the bindings of a user that hold in a namespace, those that hold everywhere first, until one makes `visit` answer
   * true: that one is returned. A binding that names the user in more than one way may be visited more than once.
   */
  find(user: UserInfo, namespace: string, visit: (binding: Binding) => boolean): Binding | undefined {
    const everywhere = this.#subjects.get('')?.find(user, visit);
    if (everywhere !== undefined || namespace === '') return everywhere;
    return this.#subjects.get(namespace)?.find(user, visit);
  }

  #setRole(kind: 'Role' | 'ClusterRole', { metadata }: KubeObject, rules: CompiledRules | undefined): void {
    const entry = this.#entry(kind, metadata.namespace ?? '', metadata.name ?? '');
    entry.rules = rules;
    this.#dropUnused(entry);
  }

  #forgetRoles(kind: string): void {
    for (const entry of this.#roles.values()) {
      if (entry.kind !== kind) continue;
      entry.rules = undefined;
      this.#dropUnused(entry);
    }
  }

  #entry(kind: 'Role' | 'ClusterRole', namespace: string, name: string): RoleEntry {
    const key = roleKey(kind, namespace, name);
    let entry = this.#roles.get(key);
    if (entry === undefined) this.#roles.set(key, (entry = { kind, name, namespace, rules: undefined, references: 0 }));
    return entry;
  }

  #dropUnused(entry: RoleEntry): void {
    if (entry.rules !== undefined || entry.references > 0) return;
    this.#roles.delete(roleKey(entry.kind, entry.namespace, entry.name));
  }

  #bind(object: KubeObject): void {
    const { namespace = '', name = '' } = object.metadata;
    this.#unbind(namespace, name);
    const roleRef = asObject(object.roleRef);
    const kind = asText(roleRef.kind) === 'Role' ? 'Role' : 'ClusterRole';
    const role = this.#entry(kind, kind === 'Role' ? namespace : '', asText(roleRef.name));
    role.references++;
    const binding: Binding = { name, namespace, role, subjects: subjectsOf(object) };
    this.#bindings.set(`${namespace}/${name}`, binding);
    let subjects = this.#subjects.get(namespace);
    if (subjects === undefined) this.#subjects.set(namespace, (subjects = new BindingsBySubject()));
    subjects.add(binding);
  }

  #unbind(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    const binding = this.#bindings.get(key);
    if (binding === undefined) return;
    this.#bindings.delete(key);
    const subjects = this.#subjects.get(namespace);
    subjects?.delete(binding);
    if (subjects?.isEmpty === true) this.#subjects.delete(namespace);
    binding.role.references--;
    this.#dropUnused(binding.role);
  }

  #forgetBindings(isNamespaced: boolean): void {
    for (const { namespace, name } of [...this.#bindings.values()]) {
      if ((namespace !== '') === isNamespaced) this.#unbind(namespace, name);
    }
  }
}

class BindingsBySubject {
  readonly #users = new Map<string, Set<Binding>>();
  readonly #groups = new Map<string, Set<Binding>>();

  get isEmpty(): boolean {
    return this.#users.size === 0 && this.#groups.size === 0;
  }

  find(user: UserInfo, visit: (binding: Binding) => boolean): Binding | undefined {
    const own = firstOf(this.#users.get(user.name), visit);
    if (own !== undefined) return own;
    for (const group of user.groups) {
      const found = firstOf(this.#groups.get(group), visit);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  add(binding: Binding): void {
    for (const [map, key] of this.#placesOf(binding)) {
      const present = map.get(key);
      if (present === undefined) map.set(key, new Set([binding]));
      else present.add(binding);
    }
  }

  delete(binding: Binding): void {
    for (const [map, key] of this.#placesOf(binding)) {
      const present = map.get(key);
      present?.delete(binding);
      if (present?.size === 0) map.delete(key);
    }
  }

  *#placesOf({ subjects, namespace }: Binding): Generator<[Map<string, Set<Binding>>, string]> {
    for (const subject of subjects) {
      const user = userNameOf(subject, namespace);
      if (user !== undefined) yield [this.#users, user];
      else if (subject.kind === 'Group') yield [this.#groups, subject.name];
    }
  }
}

/** Undefined: no user, or a service account whose namespace nobody says. */
export function userNameOf(subject: Subject, bindingNamespace: string): string | undefined {
  if (subject.kind === 'User') return subject.name;
  if (subject.kind !== 'ServiceAccount') return undefined;
  const namespace = subject.namespace === '' ? bindingNamespace : subject.namespace;
  return namespace === '' ? undefined : serviceAccountUserName(namespace, subject.name);
}

function firstOf(bindings: Set<Binding> | undefined, visit: (binding: Binding) => boolean): Binding | undefined {
  if (bindings === undefined) return undefined;
  for (const binding of bindings) if (visit(binding)) return binding;
  return undefined;
}

function subjectsOf(binding: KubeObject): Subject[] {
  return asObjects(binding.subjects).map((subject) => ({
    kind: asText(subject.kind),
    name: asText(subject.name),
    namespace: asText(subject.namespace),
  }));
}

function roleKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
