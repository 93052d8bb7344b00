/** Makes the claims of pods' ephemeral volumes; they go with their pods. */
import type { Pod } from '../../client/api-types.ts';
import { isAlreadyExists } from '../../client/client.ts';
import { keyOf } from '../../client/lister.ts';
import { persistentVolumeClaims, pods } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { isNamespaceEnding } from '../namespace/phase.ts';
import { ephemeralClaimName, isClaimOf } from '../pods/claims.ts';
import { on, runReconciler } from '../reconciler.ts';

const byPod = 'ephemeral/pod';

export const ephemeralVolumes: Controller = {
  name: 'ephemeral-volume-controller',
  alias: 'ephemeral-volume',
  account: 'ephemeral-volume-controller',
  async run(context) {
    const { client, informers, events } = context;
    const allPods = informers.of(pods);
    const claims = informers.of(persistentVolumeClaims);
    allPods.addIndexes({ [byPod]: (pod) => (hasEphemeral(pod) ? [keyOf(pod)] : []) });
    await runReconciler({
      context,
      name: 'ephemeral_volume',
      triggers: [
        on(allPods, ({ object, deleted }) => (!deleted && hasEphemeral(object) ? keyOf(object) : undefined)),
        on(claims, ({ object: { metadata }, deleted }) => {
          const owner = deleted
            ? metadata.ownerReferences?.find(({ controller, kind }) => controller === true && kind === 'Pod')
            : undefined;
          return owner === undefined ? undefined : `${metadata.namespace}/${owner.name}`;
        }),
      ],
      async reconcile(key) {
        const pod = allPods.lister.byKey(key);
        if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
        const { namespace, name: podName = '', uid = '' } = pod.metadata;
        for (const volume of pod.spec?.volumes ?? []) {
          if (volume.ephemeral === undefined) continue;
          const name = ephemeralClaimName(pod, volume);
          const present = claims.lister.get(name, namespace);
          if (present !== undefined) {
            if (isClaimOf(pod, present)) continue;
            throw new Error(
              `PVC ${namespace}/${name} was not created for pod ${namespace}/${podName} (pod is not owner)`,
            );
          }
          const template = volume.ephemeral.volumeClaimTemplate;
          const owner = {
            apiVersion: 'v1',
            kind: 'Pod',
            name: podName,
            uid,
            controller: true,
            blockOwnerDeletion: true,
          };
          const { labels, annotations } = template?.metadata ?? {};
          const metadata = { name, namespace, labels, annotations, ownerReferences: [owner] };
          try {
            await client.of(persistentVolumeClaims).create({ metadata, spec: template?.spec });
          } catch (error) {
            if (isAlreadyExists(error) || isNamespaceEnding(error)) continue;
            const message = `ephemeral volume controller: create PVC ${namespace}/${name}: ${error instanceof Error ? error.message : String(error)}`;
            events.event(
              { ...pod, apiVersion: 'v1', kind: 'Pod' },
              { type: 'Warning', reason: 'FailedCreate', message },
            );
            throw error;
          }
        }
      },
    });
  },
};

function hasEphemeral({ spec }: Pod): boolean {
  return spec?.volumes?.some(({ ephemeral }) => ephemeral !== undefined) === true;
}
