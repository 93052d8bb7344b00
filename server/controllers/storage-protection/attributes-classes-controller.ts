/** Classes of volume attributes stay for as long as a claim or a volume has them, or is about to. */
import type { PersistentVolume, PersistentVolumeClaim } from '../../client/api-types.ts';
import { persistentVolumeClaims, persistentVolumes, volumeAttributesClasses } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { type Change, on, runReconciler } from '../reconciler.ts';
import { classesOfClaim, classesOfVolume } from './in-use.ts';
import { protect } from './protect.ts';

const byClass = 'protection/attributes-class';

export const attributesClassProtection: Controller = {
  name: 'volumeattributesclass-protection-controller',
  account: 'volumeattributesclass-protection-controller',
  async run(context) {
    const classes = context.informers.of(volumeAttributesClasses);
    const claims = context.informers.of(persistentVolumeClaims);
    const volumes = context.informers.of(persistentVolumes);
    claims.addIndexes({ [byClass]: classesOfClaim });
    volumes.addIndexes({ [byClass]: classesOfVolume });
    const isUsed = (name: string) =>
      claims.lister.byIndex(byClass, name).length > 0 || volumes.lister.byIndex(byClass, name).length > 0;
    await runReconciler({
      context,
      name: 'vacprotection',
      triggers: [
        on(classes),
        on(claims, (change: Change<PersistentVolumeClaim>) => givenUp(change, classesOfClaim)),
        on(volumes, (change: Change<PersistentVolume>) => givenUp(change, classesOfVolume)),
      ],
      workers: 1,
      async reconcile(name) {
        const attributesClass = classes.lister.get(name);
        if (attributesClass === undefined) return;
        await protect(attributesClass, {
          resource: context.client.of(volumeAttributesClasses),
          finalizer: 'kubernetes.io/vac-protection',
          isUsed: () => isUsed(name),
        });
      },
    });
  },
};

/** Who has come to use a class keeps it; only who lets go of one may let it end. */
function givenUp<T>({ object, before, deleted }: Change<T>, classesOf: (object: T) => string[]): string[] {
  if (deleted) return classesOf(object);
  const still = new Set(classesOf(object));
  return before === undefined ? [] : classesOf(before).filter((name) => !still.has(name));
}
