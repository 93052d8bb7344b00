/** Makes the resource claims that pods have templates for, and frees claims that nobody uses any more. */
import type { Pod, ResourceClaim } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { keyOf } from '../../client/lister.ts';
import { pods, resourceClaims, resourceClaimTemplates } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import {
  canBeReserved,
  claimNameOf,
  finalizer,
  generateNameFor,
  isDone,
  isOwnedBy,
  isPodReference,
  isReservedFor,
  podClaimAnnotation,
} from './claims-of-pod.ts';

const byOwner = 'resourceclaim/owner';
const byTemplate = 'resourceclaim/template';

export const resourceClaimController: Controller = {
  name: 'resourceclaim-controller',
  alias: 'resource-claim-controller',
  component: 'resource_claim',
  account: 'resource-claim-controller',
  async run(context) {
    const { informers } = context;
    const allPods = informers.of(pods);
    const claims = informers.of(resourceClaims);
    const templates = informers.of(resourceClaimTemplates);
    claims.addIndexes({ [byOwner]: ({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid) });
    allPods.addIndexes({
      [byTemplate]: ({ metadata, spec }) =>
        (spec?.resourceClaims ?? []).flatMap(({ resourceClaimTemplateName: name }) =>
          name === undefined ? [] : [`${metadata.namespace}/${name}`],
        ),
    });
    const parts: Parts = {
      context,
      claimOf: (name, namespace) => claims.lister.get(name, namespace),
      claimsOwnedBy: (uid) => claims.lister.byIndex(byOwner, uid),
      podOf: (name, namespace) => allPods.lister.get(name, namespace),
      templateOf: (name, namespace) => templates.lister.get(name, namespace),
      seen: (version) => claims.seen(version, context.signal),
    };
    const podLoop = runReconciler({
      context,
      name: 'resource_claim',
      triggers: [
        on(allPods, ({ object, deleted }) => (!deleted && usesClaims(object) ? keyOf(object) : undefined)),
        on(templates, ({ object }) => allPods.lister.byIndex(byTemplate, keyOf(object)).map(keyOf)),
        on(claims, ({ object: { metadata }, deleted }) => {
          const owner = deleted ? metadata.ownerReferences?.find(({ kind }) => kind === 'Pod') : undefined;
          return owner === undefined ? undefined : `${metadata.namespace}/${owner.name}`;
        }),
      ],
      reconcile: (key) => syncPod(parts, allPods.lister.byKey(key)),
    });
    const claimLoop = runReconciler({
      context,
      name: 'resource_claim_consumers',
      triggers: [
        on(claims),
        on(allPods, ({ object, deleted }) => {
          if (!usesClaims(object) || !(deleted || isDone(object))) return undefined;
          return (object.spec?.resourceClaims ?? []).flatMap((claim) => {
            const name = claimNameOf(object, claim);
            return name === undefined ? [] : [`${object.metadata.namespace}/${name}`];
          });
        }),
      ],
      reconcile: (key) => syncClaim(parts, claims.lister.byKey(key)),
    });
    await Promise.all([podLoop, claimLoop]);
  },
};

interface Parts {
  readonly context: ControllerContext;
  readonly claimOf: (name: string, namespace: string) => ResourceClaim | undefined;
  readonly claimsOwnedBy: (uid: string) => readonly ResourceClaim[];
  readonly podOf: (name: string, namespace: string) => Pod | undefined;
  readonly templateOf: (
    name: string,
    namespace: string,
  ) => { readonly spec?: { readonly metadata?: object; readonly spec?: object } } | undefined;
  readonly seen: (resourceVersion: string) => Promise<void>;
}

function usesClaims({ spec }: Pod): boolean {
  return (spec?.resourceClaims ?? []).length > 0;
}

async function syncPod(parts: Parts, pod: Pod | undefined): Promise<void> {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || isDone(pod)) return;
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const { client, events } = parts.context;
  const made: Array<{ name: string; resourceClaimName: string }> = [];
  for (const podClaim of pod.spec?.resourceClaims ?? []) {
    if (podClaim.resourceClaimTemplateName === undefined) continue;
    const known = claimNameOf(pod, podClaim);
    const present = known === undefined ? undefined : parts.claimOf(known, namespace);
    if (present !== undefined && isOwnedBy(present, pod)) continue;
    try {
      const orphan = parts
        .claimsOwnedBy(uid)
        .find(({ metadata }) => metadata.annotations?.[podClaimAnnotation] === podClaim.name);
      const claim = orphan ?? (await create(parts, pod, podClaim));
      made.push({ name: podClaim.name, resourceClaimName: claim.metadata.name ?? '' });
    } catch (error) {
      const message = `PodResourceClaim ${podClaim.name}: ${error instanceof Error ? error.message : String(error)}`;
      events.event(
        { ...pod, apiVersion: 'v1', kind: 'Pod' },
        { type: 'Warning', reason: 'FailedResourceClaimCreation', message },
      );
      throw error;
    }
  }
  if (made.length > 0) {
    const statuses = [
      ...(pod.status?.resourceClaimStatuses ?? []).filter((each) => !made.some((other) => other.name === each.name)),
      ...made,
    ];
    const configuration = { metadata: { name, namespace }, status: { resourceClaimStatuses: statuses } };
    const options = { fieldManager: 'ResourceClaimController', force: true, subresource: 'status' };
    await client.of(pods).apply(configuration, options);
  }
  // Before it has a node, reserving is the scheduler's.
  if ((pod.spec?.nodeName ?? '') !== '') await reserve(parts, pod);
}

async function create(
  { context, templateOf, seen }: Parts,
  pod: Pod,
  podClaim: { readonly name: string; readonly resourceClaimTemplateName?: string },
): Promise<ResourceClaim> {
  const { name: podName = '', namespace = '', uid = '' } = pod.metadata;
  const templateName = podClaim.resourceClaimTemplateName ?? '';
  const template = templateOf(templateName, namespace);
  if (template === undefined) {
    throw new Error(
      `resource claim template "${templateName}": resourceclaimtemplate.resource.k8s.io "${templateName}" not found`,
    );
  }
  const { labels, annotations } = (template.spec?.metadata ?? {}) as {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  const claim = {
    metadata: {
      generateName: generateNameFor(podName, podClaim.name),
      namespace,
      labels,
      annotations: { ...annotations, [podClaimAnnotation]: podClaim.name },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: podName, uid, controller: true }],
    },
    spec: template.spec?.spec,
  } as ResourceClaim;
  const made = await context.client.of(resourceClaims).create(claim);
  await seen(made.metadata.resourceVersion ?? '');
  return made;
}

async function reserve({ context, claimOf }: Parts, pod: Pod): Promise<void> {
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  for (const podClaim of pod.spec?.resourceClaims ?? []) {
    const claim = claimOf(claimNameOf(pod, podClaim) ?? '', namespace);
    if (claim === undefined || isReservedFor(claim, pod) || !canBeReserved(claim)) continue;
    const reservedFor = [...(claim.status?.reservedFor ?? []), { resource: 'pods', name, uid }];
    await context.client.of(resourceClaims).updateStatus({ ...claim, status: { ...claim.status, reservedFor } });
  }
}

async function syncClaim(parts: Parts, given: ResourceClaim | undefined): Promise<void> {
  if (given === undefined) return;
  const resource = parts.context.client.of(resourceClaims);
  const before = given.status?.reservedFor ?? [];
  const remaining: typeof before = [];
  for (const reference of before) if (await isStillThere(parts, given, reference)) remaining.push(reference);
  let claim = given;
  const isProtected = claim.metadata.finalizers?.includes(finalizer) === true;
  const isLastGone = remaining.length === 0 && (before.length > 0 || claim.metadata.deletionTimestamp !== undefined);
  const frees = isLastGone && isProtected && claim.status?.allocation !== undefined;
  try {
    if (remaining.length < before.length || frees) {
      const { allocation, ...rest } = claim.status ?? {};
      const kept = frees || allocation === undefined ? {} : { allocation };
      claim = await resource.updateStatus({ ...claim, status: { ...rest, ...kept, reservedFor: remaining } });
    }
    if (isLastGone && isProtected && claim.status?.allocation === undefined) {
      const finalizers = (claim.metadata.finalizers ?? []).filter((each) => each !== finalizer);
      claim = await resource.update({ ...claim, metadata: { ...claim.metadata, finalizers } });
    }
    if (remaining.length === 0) await deleteUnused(parts, claim);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function isStillThere(
  { context, podOf }: Parts,
  { metadata: { namespace = '' } }: ResourceClaim,
  reference: Parameters<typeof isPodReference>[0],
): Promise<boolean> {
  // Whoever else has reserved it is not ours to judge.
  if (!isPodReference(reference)) return true;
  const known = podOf(reference.name, namespace);
  if (known !== undefined) return known.metadata.uid === reference.uid && !isDone(known);
  try {
    const pod = await context.client.of(pods).get(reference.name, { namespace });
    return pod.metadata.uid === reference.uid;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** One that was made for a pod that will not run any more; where the pod is gone the garbage collector does it. */
async function deleteUnused({ context, podOf }: Parts, { metadata }: ResourceClaim): Promise<void> {
  const owner = metadata.ownerReferences?.find(({ kind, controller }) => kind === 'Pod' && controller === true);
  if (owner === undefined || metadata.deletionTimestamp !== undefined) return;
  const { name = '', namespace = '', uid } = metadata;
  const pod = podOf(owner.name, namespace);
  if (pod === undefined || (pod.metadata.uid === owner.uid && !isDone(pod))) return;
  await context.client.of(resourceClaims).delete(name, { namespace, preconditions: { uid } });
}
