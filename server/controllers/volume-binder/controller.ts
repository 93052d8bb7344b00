/** Brings claims and volumes together. */
import { isNotFound } from '../../client/client.ts';
import { keyOf } from '../../client/lister.ts';
import { persistentVolumeClaims, persistentVolumes, storageClasses } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { type BinderListers, syncClaim } from './claims.ts';
import { annotations, classOf } from './match.ts';
import { syncVolume } from './volumes.ts';

export const volumeBinder: Controller = {
  name: 'persistentvolume-binder-controller',
  alias: 'persistentvolume-binder',
  account: 'persistent-volume-binder',
  async run(context) {
    const { informers } = context;
    const claims = informers.of(persistentVolumeClaims);
    const volumes = informers.of(persistentVolumes);
    const classes = informers.of(storageClasses);
    const listers: BinderListers = { claims: claims.lister, volumes: volumes.lister, classes: classes.lister };
    const waiting = (className: string) =>
      claims.lister
        .list()
        .filter(
          (claim) =>
            claim.metadata.annotations?.[annotations.bindCompleted] === undefined && classOf(claim) === className,
        )
        .map(keyOf);
    const claimLoop = runReconciler({
      context,
      name: 'claims',
      // One after the other: two claims that want the same volume would only get in each other's way.
      workers: 1,
      triggers: [
        on(claims),
        on(volumes, ({ object, deleted }) => {
          const ref = object.spec?.claimRef;
          if (ref?.name !== undefined) return [`${ref.namespace}/${ref.name}`];
          return deleted ? undefined : waiting(classOf(object));
        }),
        on(classes, ({ object }) => waiting(object.metadata.name ?? '')),
      ],
      async reconcile(key) {
        const claim = claims.lister.byKey(key);
        if (claim !== undefined) await syncClaim(context, listers, claim).catch(unlessGone);
      },
    });
    const volumeLoop = runReconciler({
      context,
      name: 'volumes',
      workers: 1,
      triggers: [
        on(volumes),
        on(claims, ({ object }) => {
          const name = object.spec?.volumeName;
          return name === undefined || name === '' ? undefined : [name];
        }),
      ],
      async reconcile(name) {
        const volume = volumes.lister.get(name);
        if (volume !== undefined) await syncVolume(context, listers, volume).catch(unlessGone);
      },
    });
    await Promise.all([claimLoop, volumeLoop]);
  },
};

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
