/** DefaultIngressClass: an ingress that names no class, in the field or the old annotation, gets the default one. */
import { asObject, ensureObject, isSet } from '../../apimachinery/json-access.ts';
import type { AdmissionPlugin } from './admission.ts';
import { newestDefault } from './default-class.ts';
import type { ObjectReader } from './object-reader.ts';

const ingressClasses = { group: 'networking.k8s.io', resource: 'ingressclasses' };

export function defaultIngressClass(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'DefaultIngressClass',
    resources: ['ingresses.networking.k8s.io'],
    operations: ['CREATE'],
    mutate({ object }) {
      if (object === undefined || isSet(asObject(object.spec).ingressClassName)) return;
      if (Object.hasOwn(object.metadata.annotations ?? {}, 'kubernetes.io/ingress.class')) return;
      const found = newestDefault(objects.list(ingressClasses), ['ingressclass.kubernetes.io/is-default-class']);
      if (found !== undefined) ensureObject(object, 'spec').ingressClassName = found.metadata.name ?? '';
    },
  };
}
