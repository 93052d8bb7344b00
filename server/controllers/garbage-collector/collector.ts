/** The acts of garbage collection: verifies what the graph suspects against the server, and does what the rule says. */
import type { ObjectMeta, OwnerReference } from '../../apimachinery/meta/object.ts';
import type { PartialObject } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import type { ResourceClient } from '../../client/resource-client.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import type { ControllerContext } from '../controller.ts';
import { decide, type Decision, type OwnerState } from './decide.ts';
import { type DependencyGraph, type GraphNode, isNamedBy } from './graph.ts';
import type { Monitors } from './monitors.ts';

export class Collector {
  readonly #context: ControllerContext;
  readonly #graph: DependencyGraph;
  readonly #monitors: Monitors;
  readonly #attempt: (uid: string) => void;

  constructor(parts: {
    readonly context: ControllerContext;
    readonly graph: DependencyGraph;
    readonly monitors: Monitors;
    readonly attempt: (uid: string) => void;
  }) {
    this.#context = parts.context;
    this.#graph = parts.graph;
    this.#monitors = parts.monitors;
    this.#attempt = parts.attempt;
  }

  /** Deletes the object if nobody owns it any more. @throws where it must be tried again */
  async attempt(uid: string): Promise<void> {
    const node = this.#graph.get(uid);
    if (node === undefined) return;
    if (node.foreground) {
      await this.#finishForeground(node);
      return;
    }
    // A deletion that has begun is on its one way.
    if (node.deleting || node.owners.length === 0) return;
    const latest = await this.#get(node);
    if (latest === undefined) return;
    const states = new Map<OwnerReference, OwnerState>();
    let unseen = false;
    for (const reference of latest.metadata.ownerReferences ?? []) {
      const state = await this.#stateOf(node, reference);
      if (state === undefined) return;
      states.set(reference, state);
      if (state !== 'absent' && this.#graph.get(reference.uid) === undefined) unseen = true;
    }
    const dependents = this.#graph.dependentsOf(uid);
    const decision = decide({
      metadata: latest.metadata,
      stateOf: (reference) => states.get(reference) ?? 'solid',
      hasDependents: dependents.length > 0,
      dependentWaits: dependents.some(({ foreground }) => foreground),
    });
    await this.#carryOut(node, latest.metadata, decision);
    // Until the owner is seen coming, nobody would see it going.
    if (decision.do === 'keep' && unseen) throw new UnseenOwner(`${describe(node)} has an owner that no watch shows`);
  }

  /** Takes the owner out of its dependents, then its finalizer off. */
  async orphan(uid: string): Promise<void> {
    const node = this.#graph.get(uid);
    if (node?.orphaning !== true) return;
    for (const dependent of this.#graph.dependentsOf(uid)) {
      const latest = await this.#get(dependent);
      const owners = latest?.metadata.ownerReferences?.filter((reference) => reference.uid !== uid);
      if (latest !== undefined && owners !== undefined) await this.#writeOwners(dependent, latest.metadata, owners);
    }
    await this.#removeFinalizer(node, 'orphan');
  }

  async #finishForeground(node: GraphNode): Promise<void> {
    const blocking = this.#graph.blockingDependentsOf(node.uid);
    if (blocking.length === 0) await this.#removeFinalizer(node, 'foregroundDeletion');
    else for (const dependent of blocking) if (!dependent.foreground) this.#attempt(dependent.uid);
  }

  /** Undefined: the reference can never be right, and nothing follows from it. @throws where nobody knows yet */
  async #stateOf(dependent: GraphNode, reference: OwnerReference): Promise<OwnerState | undefined> {
    const known = this.#graph.get(reference.uid);
    const isNear = known !== undefined && (known.namespace === '' || known.namespace === dependent.namespace);
    if (known !== undefined && isNear && isNamedBy(known, reference)) return known.foreground ? 'waiting' : 'solid';
    const type = this.#monitors.resourceOf(reference);
    if (type === undefined)
      throw new UnknownKind(`no resource is served for ${reference.apiVersion}, ${reference.kind}`);
    if (type.namespaced && dependent.namespace === '') return undefined;
    const { name, uid } = reference;
    const owner = await this.#find(type, { name, namespace: type.namespaced ? dependent.namespace : '' });
    if (owner === undefined || owner.metadata.uid !== uid) return 'absent';
    const { deletionTimestamp, finalizers } = owner.metadata;
    return deletionTimestamp !== undefined && finalizers?.includes('foregroundDeletion') === true ? 'waiting' : 'solid';
  }

  async #carryOut(node: GraphNode, metadata: ObjectMeta, decision: Decision): Promise<void> {
    if (decision.do === 'keep') return;
    if (decision.do === 'release') {
      await this.#writeOwners(node, metadata, decision.owners);
      return;
    }
    let { resourceVersion } = metadata;
    if (decision.unblocked !== undefined) {
      resourceVersion = (await this.#writeOwners(node, metadata, decision.unblocked))?.metadata.resourceVersion;
    }
    const { propagationPolicy } = decision;
    const preconditions = { uid: node.uid, resourceVersion };
    const { signal } = this.#context;
    await this.#resource(node.type)
      .delete(node.name, { namespace: node.namespace, propagationPolicy, preconditions, signal })
      .catch(unlessGone);
  }

  /** Nothing is written over what has changed meanwhile. @throws StatusError Conflict */
  async #writeOwners(
    { type, name, namespace, uid }: GraphNode,
    { resourceVersion }: ObjectMeta,
    owners: readonly OwnerReference[],
  ): Promise<PartialObject | undefined> {
    const ownerReferences = owners.length === 0 ? null : owners;
    const patch = { metadata: { uid, resourceVersion, ownerReferences } };
    const { signal } = this.#context;
    return this.#resource(type).patch(name, patch, { namespace, signal }).catch(unlessGone);
  }

  async #removeFinalizer(node: GraphNode, finalizer: string): Promise<void> {
    const latest = await this.#get(node);
    const { finalizers, resourceVersion, uid } = latest?.metadata ?? {};
    if (finalizers?.includes(finalizer) !== true) return;
    const patch = { metadata: { uid, resourceVersion, finalizers: finalizers.filter((each) => each !== finalizer) } };
    const { signal } = this.#context;
    await this.#resource(node.type).patch(node.name, patch, { namespace: node.namespace, signal }).catch(unlessGone);
  }

  async #get({ type, name, namespace, uid }: GraphNode): Promise<PartialObject | undefined> {
    const found = await this.#find(type, { name, namespace });
    return found?.metadata.uid === uid ? found : undefined;
  }

  async #find(
    type: ResourceType,
    { name, namespace }: { readonly name: string; readonly namespace: string },
  ): Promise<PartialObject | undefined> {
    const { signal } = this.#context;
    return this.#resource(type).get(name, { namespace, metadataOnly: true, signal }).catch(unlessGone);
  }

  #resource(type: ResourceType): ResourceClient<PartialObject> {
    return this.#context.client.of<PartialObject>({ ...type, object: undefined });
  }
}

/** Worth another look, not a line. */
export class UnseenOwner extends Error {
  override name = 'UnseenOwner';
}

/** Perhaps it is about to be defined. */
export class UnknownKind extends Error {
  override name = 'UnknownKind';
}

function describe({ type, namespace, name }: GraphNode): string {
  return `${type.resource} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

function unlessGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}
