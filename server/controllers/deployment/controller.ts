/** Deployments: replica sets for each of their templates, scaled so that a rollout goes within its limits. */
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import type { Deployment, Pod, ReplicaSet } from '../../client/api-types.ts';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { keyOf } from '../../client/lister.ts';
import { deployments, pods, replicaSets } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { on, type Requeue, runReconciler } from '../reconciler.ts';
import { isTerminal } from '../pods/phases.ts';
import { claim } from '../workload/claim.ts';
import {
  controlledBy,
  controllerOf,
  indexByController,
  isControlledBy,
  resolveController,
} from '../workload/owner-reference.ts';
import { onDependents } from '../workload/owner-trigger.ts';
import { isNamespaceTerminating, textOf } from '../workload/pod-control.ts';

import { withoutZeros } from '../workload/without-zeros.ts';
import type { DeploymentPlan, ReplicaSetUpdate } from './plan.ts';
import { planDeployment, withCreateFailure } from './reconcile.ts';
import { isSameTemplate } from './replica-sets.ts';
import { replicasOf } from './rolling-limits.ts';

interface Informers {
  readonly owners: Informer<Deployment>;
  readonly sets: Informer<ReplicaSet>;
  readonly dependents: Informer<Pod>;
}

const selectorOf = ({ spec }: Deployment) => labelSelectorToSelector(spec?.selector);

export const deploymentController: Controller = {
  name: 'deployment-controller',
  alias: 'deployment',
  account: 'deployment-controller',
  async run(context) {
    const owners = context.informers.of(deployments);
    const sets = context.informers.of(replicaSets);
    const dependents = context.informers.of(pods);
    indexByController(sets);
    indexByController(dependents);
    const informers: Informers = { owners, sets, dependents };
    const ownerOfPod = ({ object, deleted }: { object: Pod; deleted: boolean }) => {
      if (!deleted) return undefined;
      const { namespace } = object.metadata;
      const set = resolveController(controllerOf(object), { owners: sets, namespace });
      const owner = set && resolveController(controllerOf(set), { owners, namespace });
      // The next step of a recreation waits for the last old pod.
      return owner?.spec?.strategy?.type === 'Recreate' ? keyOf(owner) : undefined;
    };
    await runReconciler({
      context,
      name: 'deployment',
      triggers: [on(owners), onDependents({ owners, dependents: sets, selectorOf }), on(dependents, ownerOfPod)],
      reconcile: (key) => reconcile(key, { context, informers }),
    });
  },
};

interface Parts {
  readonly context: ControllerContext;
  readonly informers: Informers;
}

async function reconcile(key: string, { context, informers }: Parts): Promise<Requeue | void> {
  const deployment = informers.owners.lister.byKey(key);
  if (deployment === undefined) return;
  const { client, events, clock } = context;
  const selector = selectorOf(deployment);
  if (selector.isEmpty) {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    events.event(deployment, { type: 'Warning', reason: 'SelectingAll', message });
    const { generation: observedGeneration = 0 } = deployment.metadata;
    if ((deployment.status?.observedGeneration ?? 0) >= observedGeneration) return;
    await client.of(deployments).updateStatus({ ...deployment, status: { ...deployment.status, observedGeneration } });
    return;
  }
  const owned = await claim(controlledBy(informers.sets.lister, deployment, { orphans: true }), {
    client,
    owner: deployment,
    ownerType: deployments,
    type: replicaSets,
    matches: ({ metadata }) => selector.matches(metadata.labels),
  });
  const hasPods = (set: ReplicaSet) => controlledBy(informers.dependents.lister, set).some((pod) => !isTerminal(pod));
  // Only a recreation asks.
  const asked = deployment.spec?.strategy?.type === 'Recreate' ? owned : [];
  const withPods = new Set(asked.filter(hasPods).map(({ metadata }) => metadata.uid ?? ''));
  const plan = planDeployment({ deployment, replicaSets: owned, withPods, now: clock.now() });
  await execute(plan, { context, deployment, informers });
  return plan.requeueAfter === undefined ? undefined : { after: plan.requeueAfter };
}

async function execute(plan: DeploymentPlan, parts: Parts & { readonly deployment: Deployment }): Promise<void> {
  const { deployment, context } = parts;
  const { client, events } = context;
  const isNew = plan.create === undefined || (await create(plan.create, parts));
  await updateReplicaSets(plan.updates, parts);
  for (const { metadata } of plan.deletions) {
    const { name = '', namespace } = metadata;
    await client
      .of(replicaSets)
      .delete(name, { namespace })
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
  }
  if (plan.rewrite !== undefined) await client.of(deployments).update(plan.rewrite);
  for (const event of plan.events) events.event(deployment, event);
  // Of one that turned out to be there, its conditions will tell in the next round.
  if (plan.rewrite !== undefined || !isNew || isUnchanged(deployment, plan.status)) return;
  await client.of(deployments).updateStatus(plan.status);
}

function isUnchanged(before: Deployment, after: Deployment): boolean {
  const partsOf = ({ metadata, status }: Deployment) =>
    ({
      annotations: metadata.annotations ?? {},
      status: withoutZeros({ ...status }, { except: ['terminatingReplicas', 'collisionCount'] }),
    }) as unknown as JsonValue;
  return jsonEquals(partsOf(before), partsOf(after));
}

async function updateReplicaSets(
  updates: readonly ReplicaSetUpdate[],
  { context, deployment }: Parts & { readonly deployment: Deployment },
): Promise<void> {
  /** By name: one may be written twice. */
  const versions = new Map<string, string | undefined>();
  for (const { before, after } of updates) {
    const { name = '', resourceVersion } = after.metadata;
    const metadata = { ...after.metadata, resourceVersion: versions.get(name) ?? resourceVersion };
    const written = await context.client.of(replicaSets).update({ ...after, metadata });
    versions.set(name, written.metadata.resourceVersion);
    const [from, to] = [replicasOf(before), replicasOf(after)];
    if (from === to) continue;
    const message = `Scaled ${from < to ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`;
    context.events.event(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
}

/** False: it is there already, and only our lister did not know. */
async function create(
  replicaSet: ReplicaSet,
  { context, deployment, informers }: Parts & { readonly deployment: Deployment },
): Promise<boolean> {
  const { client, events, clock } = context;
  const { name = '', namespace = '' } = replicaSet.metadata;
  try {
    await client.of(replicaSets).create(replicaSet, { namespace });
  } catch (error) {
    if (isNamespaceTerminating(error)) throw error;
    if (isAlreadyExists(error)) {
      const known =
        informers.sets.lister.get(name, namespace) ?? (await client.of(replicaSets).get(name, { namespace }));
      if (isControlledBy(known, deployment) && isSameTemplate(known.spec?.template, deployment.spec?.template))
        return false;
      const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
      await client.of(deployments).updateStatus({ ...deployment, status: { ...deployment.status, collisionCount } });
      throw error;
    }
    const message = `Failed to create new replica set "${name}": ${textOf(error)}`;
    const failed = withCreateFailure(deployment, { message, now: clock.now() });
    if (failed !== undefined)
      await client
        .of(deployments)
        .updateStatus(failed)
        .catch(() => undefined);
    events.event(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message });
    throw error;
  }
  if (replicasOf(replicaSet) > 0) {
    const message = `Scaled up replica set ${name} from 0 to ${replicasOf(replicaSet)}`;
    events.event(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  return true;
}
