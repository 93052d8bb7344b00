/** Writes of Namespaces: spec.finalizers hold a deleted namespace until its content is gone; only /finalize changes them. */
import {
  validateNamespace,
  validateNamespaceFinalize,
  validateNamespaceStatusUpdate,
} from '../../../../apis/core/validation/namespace.ts';
import { asObject, asTexts, ensureObject } from '../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { validateDnsLabelName } from '../../../../apimachinery/validation/names.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { keepField, newStatusStrategy } from '../../generic/status-strategy.ts';

const kubernetesFinalizer = 'kubernetes';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateNamespace, 'change'],
  returnDeletedObject: true,
  validateName: validateDnsLabelName,
  prepareForCreate(namespace) {
    namespace.status = { phase: 'Active' };
    const spec = ensureObject(namespace, 'spec');
    const finalizers = asTexts(spec.finalizers);
    if (!finalizers.includes(kubernetesFinalizer)) spec.finalizers = [...finalizers, kubernetesFinalizer];
  },
  prepareForUpdate(namespace, old) {
    keepField(ensureObject(namespace, 'spec'), asObject(old.spec), 'finalizers');
  },
  canonicalize(namespace) {
    const { name = '' } = namespace.metadata;
    namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': name };
  },
  hasPendingFinalizers: (namespace) => asTexts(asObject(namespace.spec).finalizers).length > 0,
  markDeleting(namespace) {
    ensureObject(namespace, 'status').phase = 'Terminating';
  },
  validate: validateNamespace,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ validateUpdate: validateNamespaceStatusUpdate });

export const finalizeStrategy: UpdateStrategy = {
  validateUpdate: validateNamespaceFinalize,
  prepareForUpdate(namespace: KubeObject, old: KubeObject) {
    keepField(namespace, old, 'status');
  },
};
