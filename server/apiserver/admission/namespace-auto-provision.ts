/** NamespaceAutoProvision: a namespace is made for the first object that is created in it. */
import type { AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';

const namespaces = { group: '', resource: 'namespaces' };

/** `create` makes a namespace, or finds that somebody else was faster. */
export function namespaceAutoProvision(
  objects: ObjectReader,
  create: (name: string) => Promise<void>,
): AdmissionPlugin {
  return {
    name: 'NamespaceAutoProvision',
    operations: ['CREATE'],
    mutate({ namespace, scope, dryRun }) {
      if (dryRun || namespace === '' || !scope.definition.namespaced) return undefined;
      return objects.get(namespaces, namespace) === undefined ? create(namespace) : undefined;
    },
  };
}
