/** Who owns whom: every object of the cluster as a node, by uid. Events change it and say which nodes must be looked at. */
import type { ObjectMeta, OwnerReference } from '../../apimachinery/meta/object.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import { apiVersionOfType } from '../../client/resource-type.ts';

/** As much of an object as the collector needs: most of a cluster is held in this form. */
export interface GraphNode {
  readonly type: ResourceType;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  owners: readonly OwnerReference[];
  /** Its deletion has begun. */
  deleting: boolean;
  /** … and waits for its dependents to go. */
  foreground: boolean;
  /** … and waits for its dependents to be let go. */
  orphaning: boolean;
}

/** What a change makes due. */
export interface Due {
  /** May have to be deleted, or to lose its finalizer. */
  attempt(uid: string): void;
  /** Its dependents are to be let go. */
  orphan(uid: string): void;
  /** Names an owner of another namespace, where nobody can be found. */
  invalidNamespace(dependent: GraphNode, reference: OwnerReference): void;
}

const noOwners: readonly OwnerReference[] = Object.freeze([]);

export class DependencyGraph {
  readonly #nodes = new Map<string, GraphNode>();
  /** By the uid that references name, whether that object is known or not. */
  readonly #dependents = new Map<string, Set<GraphNode>>();
  readonly #due: Due;

  constructor(due: Due) {
    this.#due = due;
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  dependentsOf(uid: string): GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])];
  }

  /** Those for which an owner in foreground deletion has to wait. */
  blockingDependentsOf(uid: string): GraphNode[] {
    return this.dependentsOf(uid).filter(({ owners }) =>
      owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
    );
  }

  set(type: ResourceType, metadata: ObjectMeta): GraphNode {
    const { uid = '', ownerReferences } = metadata;
    const known = this.#nodes.get(uid);
    const before = known === undefined ? undefined : { ...known };
    const node = known ?? newNode(type, metadata);
    const owners = ownerReferences === undefined || ownerReferences.length === 0 ? noOwners : ownerReferences;
    node.deleting = metadata.deletionTimestamp !== undefined;
    node.foreground = node.deleting && metadata.finalizers?.includes('foregroundDeletion') === true;
    node.orphaning = node.deleting && metadata.finalizers?.includes('orphan') === true;
    node.owners = owners;
    if (known === undefined) {
      this.#nodes.set(uid, node);
      this.#distrustDependents(node);
    }
    this.#relate(node, before?.owners ?? noOwners);
    if (node.orphaning && before?.orphaning !== true) this.#due.orphan(uid);
    if (node.foreground && before?.foreground !== true) {
      for (const dependent of this.dependentsOf(uid)) this.#due.attempt(dependent.uid);
      this.#due.attempt(uid);
    }
    return node;
  }

  delete(uid: string): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    this.#nodes.delete(uid);
    const { owners } = node;
    node.owners = noOwners;
    for (const owner of owners) this.#unrelate(node, owner.uid);
    for (const dependent of this.dependentsOf(uid)) this.#due.attempt(dependent.uid);
    for (const { uid: owner } of owners) if (this.#nodes.get(owner)?.foreground === true) this.#due.attempt(owner);
  }

  /** Keeps the index of dependents, and finds references that cannot be right as they stand. */
  #relate(node: GraphNode, before: readonly OwnerReference[]): void {
    const { owners, uid } = node;
    let mustBeVerified = false;
    for (const owner of owners) {
      const old = before.find((reference) => reference.uid === owner.uid);
      if (old !== undefined) {
        if (old.blockOwnerDeletion === true && owner.blockOwnerDeletion !== true) this.#due.attempt(owner.uid);
        continue;
      }
      let dependents = this.#dependents.get(owner.uid);
      if (dependents === undefined) this.#dependents.set(owner.uid, (dependents = new Set<GraphNode>()));
      dependents.add(node);
      if (!this.#isRight(node, owner)) mustBeVerified = true;
    }
    for (const old of before) {
      if (owners.some((owner) => owner.uid === old.uid)) continue;
      this.#unrelate(node, old.uid);
      if (old.blockOwnerDeletion === true) this.#due.attempt(old.uid);
    }
    if (mustBeVerified) this.#due.attempt(uid);
  }

  #unrelate(node: GraphNode, owner: string): void {
    const dependents = this.#dependents.get(owner);
    dependents?.delete(node);
    if (dependents?.size === 0) this.#dependents.delete(owner);
  }

  /** The owner has been seen, and is what the reference says. */
  #isRight(dependent: GraphNode, reference: OwnerReference): boolean {
    const owner = this.#nodes.get(reference.uid);
    if (owner === undefined) return false;
    // One that is already going takes its dependents along, or lets them go.
    if (owner.foreground) return false;
    if (owner.namespace !== '' && owner.namespace !== dependent.namespace) {
      this.#due.invalidNamespace(dependent, reference);
      return false;
    }
    return isNamedBy(owner, reference);
  }

  /** Those who knew the node before it was seen may have called it something else. */
  #distrustDependents(node: GraphNode): void {
    for (const dependent of this.dependentsOf(node.uid)) {
      const references = dependent.owners.filter(({ uid }) => uid === node.uid);
      if (!references.every((reference) => this.#isRight(dependent, reference))) this.#due.attempt(dependent.uid);
    }
  }
}

/** Whether a reference calls the object by its own names. */
export function isNamedBy(node: GraphNode, reference: OwnerReference): boolean {
  const { type, name, uid } = node;
  return (
    reference.uid === uid &&
    reference.name === name &&
    reference.kind === type.kind &&
    reference.apiVersion === apiVersionOfType(type)
  );
}

function newNode(type: ResourceType, { uid = '', namespace = '', name = '' }: ObjectMeta): GraphNode {
  return { type, uid, namespace, name, owners: noOwners, deleting: false, foreground: false, orphaning: false };
}
