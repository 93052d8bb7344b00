/** DefaultStorageClass: a claim that names no class gets the default one. */
import { asObject, ensureObject, isSet } from '../../apimachinery/json-access.ts';
import type { AdmissionPlugin } from './admission.ts';
import { newestDefault } from './default-class.ts';
import type { ObjectReader } from './object-reader.ts';

const storageClasses = { group: 'storage.k8s.io', resource: 'storageclasses' };
const defaultAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
export const betaClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

export function defaultStorageClass(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'DefaultStorageClass',
    resources: ['persistentvolumeclaims'],
    operations: ['CREATE'],
    mutate({ object }) {
      if (object === undefined) return;
      if (Object.hasOwn(object.metadata.annotations ?? {}, betaClassAnnotation)) return;
      // The empty name is a name: it asks for a volume without a class.
      if (isSet(asObject(object.spec).storageClassName)) return;
      const found = newestDefault(objects.list(storageClasses), defaultAnnotations);
      if (found !== undefined) ensureObject(object, 'spec').storageClassName = found.metadata.name ?? '';
    },
  };
}
