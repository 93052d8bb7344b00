/** PersistentVolumeClaimResize: a claim grows only when it is bound and its class allows it. */
import { asObject, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { compareQuantities } from '../../apimachinery/quantity/arithmetic.ts';
import { parseQuantity } from '../../apimachinery/quantity/quantity.ts';
import type { AdmissionPlugin } from './admission.ts';
import { betaClassAnnotation } from './default-storage-class.ts';
import type { ObjectReader } from './object-reader.ts';
import { refusal } from './refusal.ts';

const storageClasses = { group: 'storage.k8s.io', resource: 'storageclasses' };

export function persistentVolumeClaimResize(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'PersistentVolumeClaimResize',
    resources: ['persistentvolumeclaims'],
    operations: ['UPDATE'],
    validate(attributes) {
      const { object, old } = attributes;
      if (object === undefined || old === undefined) return;
      if (compareQuantities(sizeOf(object), sizeOf(old)) <= 0) return;
      if (asObject(old.status).phase !== 'Bound') {
        throw refusal(attributes, 'Only bound persistent volume claims can be expanded');
      }
      if (mayGrow(object, old, objects)) return;
      throw refusal(
        attributes,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
    },
  };
}

function mayGrow(claim: KubeObject, old: KubeObject, objects: ObjectReader): boolean {
  const name = classOf(claim);
  if (name === '' || name !== classOf(old)) return false;
  return objects.get(storageClasses, name)?.allowVolumeExpansion === true;
}

function sizeOf(claim: KubeObject): ReturnType<typeof parseQuantity> {
  const { requests } = asObject(asObject(claim.spec).resources);
  return parseQuantity(asText(asObject(requests).storage) || '0');
}

function classOf(claim: KubeObject): string {
  const annotations = claim.metadata.annotations ?? {};
  if (Object.hasOwn(annotations, betaClassAnnotation)) return annotations[betaClassAnnotation] ?? '';
  return asText(asObject(claim.spec).storageClassName);
}
