/** Selectors of webhooks and policies on the labels of a request's namespace and of its object. */
import { newNotFound } from '../../../apimachinery/errors/status-error.ts';
import type { LabelSelector } from '../../../apimachinery/labels/selector.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { ObjectReader } from '../object-reader.ts';

export const namespaces = { group: '', resource: 'namespaces' };

/** @throws StatusError NotFound where the namespace is not there */
export function matchesNamespace(
  selector: LabelSelector,
  attributes: AdmissionAttributes,
  objects: ObjectReader,
): boolean | Promise<boolean> {
  const { namespace, scope, subresource, operation, object } = attributes;
  const isNamespace = scope.groupResource.resource === 'namespaces';
  if (selector.isEmpty || (namespace === '' && !isNamespace)) return true;
  // What is being written may say otherwise than what is there.
  const isWritten = subresource === '' && (operation === 'CREATE' || operation === 'UPDATE');
  if (isNamespace && isWritten) return selector.matches(object?.metadata.labels);
  const matches = (found: KubeObject | undefined): boolean => {
    if (found === undefined) throw newNotFound(namespaces, namespace);
    return selector.matches(found.metadata.labels);
  };
  const known = objects.get(namespaces, namespace);
  return known === undefined ? objects.getFresh(namespaces, namespace).then(matches) : matches(known);
}

/** One of the two has to match. */
export function matchesObject(
  selector: LabelSelector,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): boolean {
  if (selector.isEmpty) return true;
  // The options of a connection have no metadata.
  const hasLabels = (candidate: KubeObject | undefined): candidate is KubeObject =>
    candidate !== undefined && Object.hasOwn(candidate, 'metadata');
  return [object, old].filter(hasLabels).some(({ metadata }) => selector.matches(metadata.labels));
}
