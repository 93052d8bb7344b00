/** NamespaceExists: every write and deletion in a namespace needs the namespace; NamespaceLifecycle asks it of writes only. */
import { newNotFound } from '../../apimachinery/errors/status-error.ts';
import type { AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';

const namespaces = { group: '', resource: 'namespaces' };

export function namespaceExists(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'NamespaceExists',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    async validate({ namespace, scope }) {
      if (namespace === '' || !scope.definition.namespaced) return;
      if (objects.get(namespaces, namespace) !== undefined) return;
      if ((await objects.getFresh(namespaces, namespace)) === undefined) throw newNotFound(namespaces, namespace);
    },
  };
}
