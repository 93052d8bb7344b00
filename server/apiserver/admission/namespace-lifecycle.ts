/** NamespaceLifecycle: nothing is written in a namespace that is missing, nothing made in one that is going away, and the immortal ones stay. */
import { failure, newForbidden, newNotFound } from '../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';

const immortal = new Set(['default', 'kube-system', 'kube-public']);
const namespaces = { group: '', resource: 'namespaces' };

export function namespaceLifecycle(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    // The check of a delete has no object that could be changed: it comes with the others on what is about to be stored.
    validate({ operation, scope, name }) {
      if (operation !== 'DELETE' || scope.definition.group !== '' || scope.definition.resource !== 'namespaces') return;
      if (immortal.has(name)) throw newForbidden(namespaces, name, 'this namespace may not be deleted');
    },
    // Before the object's own rules: those of a namespace that does not exist are nobody's concern.
    mutate(attributes) {
      const { operation, scope, namespace } = attributes;
      if (operation === 'DELETE' || namespace === '' || !scope.definition.namespaced) return undefined;
      // Reviews answer the same whether the namespace exists or not.
      if (scope.definition.virtual === true && scope.definition.group === 'authorization.k8s.io') return undefined;
      const found = objects.get(namespaces, namespace);
      return found === undefined ? lookUp(objects, attributes) : refuseTerminating(found, attributes);
    },
  };
}

async function lookUp(objects: ObjectReader, attributes: AdmissionAttributes): Promise<void> {
  const found = await objects.getFresh(namespaces, attributes.namespace);
  if (found === undefined) throw newNotFound(namespaces, attributes.namespace);
  refuseTerminating(found, attributes);
}

function refuseTerminating(found: KubeObject, { operation, scope, namespace, object }: AdmissionAttributes): undefined {
  if (operation !== 'CREATE' || found.metadata.deletionTimestamp === undefined) return undefined;
  const name = object?.metadata.name ?? '';
  const detail = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const forbidden = newForbidden(scope.groupResource, name, detail).status;
  throw failure({
    code: 403,
    reason: 'Forbidden',
    message: forbidden.message ?? '',
    details: {
      ...forbidden.details,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  });
}
