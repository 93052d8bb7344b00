/** Defaults of storage.k8s.io/v1 types. */
import { inOrder, type PackageDefaulters, setIfUnset } from '../../defaulting.ts';

export const storageV1: PackageDefaulters = {
  StorageClass: setIfUnset({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  CSIDriverSpec: inOrder(
    setIfUnset({
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      requiresRepublish: false,
      seLinuxMount: false,
    }),
    (spec) => {
      if (!Array.isArray(spec.volumeLifecycleModes) || spec.volumeLifecycleModes.length === 0) {
        spec.volumeLifecycleModes = ['Persistent'];
      }
    },
  ),
};
