/** Pods that nobody counts any more must not be kept from going by the finalizer that counting needs. */
import type { Job, Pod } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { keyOf } from '../../client/lister.ts';
import { jobs, pods } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { controlledBy, controllerOf, resolveController } from '../workload/owner-reference.ts';
import { isJobFinished } from './conditions.ts';
import { hasTrackingFinalizer, withoutTracking } from './job-pods.ts';
import { isManagedElsewhere } from './managed-by.ts';

export interface OrphanPodsOptions {
  readonly context: ControllerContext;
  readonly owners: Informer<Job>;
  readonly dependents: Informer<Pod>;
}

export async function releaseOrphanPods({ context, owners, dependents }: OrphanPodsOptions): Promise<void> {
  const isOrphan = (pod: Pod): boolean => {
    if (!hasTrackingFinalizer(pod)) return false;
    const reference = controllerOf(pod);
    if (reference === undefined) return true;
    if (reference.kind !== jobs.kind || reference.apiVersion !== 'batch/v1') return false;
    const job = resolveController(reference, { owners, namespace: pod.metadata.namespace });
    return job === undefined || (isJobFinished(job) && !isManagedElsewhere(job));
  };
  await runReconciler({
    context,
    name: 'job_orphan_pod',
    triggers: [
      on(dependents, ({ object, deleted }) => (!deleted && isOrphan(object) ? keyOf(object) : undefined)),
      on(owners, ({ object, deleted }) =>
        deleted || isJobFinished(object) ? controlledBy(dependents.lister, object).map(keyOf) : undefined,
      ),
    ],
    async reconcile(key) {
      const pod = dependents.lister.byKey(key);
      if (pod === undefined || !isOrphan(pod)) return;
      const { name = '', namespace } = pod.metadata;
      await context.client
        .of(pods)
        .patch(name, withoutTracking, { namespace, type: 'strategic' })
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
    },
  });
}
