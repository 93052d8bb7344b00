/** Of pods a node makes mirrors of what it runs by itself, writes the status of its own, and deletes or evicts those. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { newNotFound } from '../../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { apiReferenceOf } from '../../../apis/core/api-references.ts';
import { mirrorPodAnnotation } from '../../../apis/core/validation/pod-annotations.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { ObjectReader } from '../object-reader.ts';
import { refusal } from '../refusal.ts';

const pods = { group: '', resource: 'pods' };
const nodes = { group: '', resource: 'nodes' };

export function restrictPod(node: string, attributes: AdmissionAttributes, objects: ObjectReader): void {
  const { operation, object } = attributes;
  if (operation === 'CREATE' && object !== undefined) {
    checkMirror(object, node, attributes, objects);
  } else if (operation === 'DELETE') {
    if (nodeNameOf(existing(attributes, objects)) === node) return;
    throw refusal(attributes, `node ${goQuote(node)} can only delete pods with spec.nodeName set to itself`);
  } else {
    const allowed = `node ${goQuote(node)} can only create and delete mirror pods`;
    throw refusal(attributes, `unexpected operation ${goQuote(operation)}, ${allowed}`);
  }
}

export function restrictPodSubresource(node: string, attributes: AdmissionAttributes, objects: ObjectReader): void {
  const { subresource, operation } = attributes;
  if (subresource === 'status') {
    if (operation !== 'UPDATE') throw refusal(attributes, `unexpected operation ${goQuote(operation)}`);
    checkStatus(node, attributes);
  } else if (subresource === 'eviction') {
    if (operation !== 'CREATE') throw refusal(attributes, `unexpected operation ${operation}`);
    if (nodeNameOf(existing(attributes, objects)) === node) return;
    throw refusal(attributes, `node ${node} can only evict pods with spec.nodeName set to itself`);
  } else {
    const allowed = "only 'status' and 'eviction' are allowed";
    throw refusal(attributes, `unexpected pod subresource ${goQuote(subresource)}, ${allowed}`);
  }
}

function checkMirror(pod: KubeObject, node: string, attributes: AdmissionAttributes, objects: ObjectReader): void {
  const who = `node ${goQuote(node)}`;
  const fail = (detail: string) => refusal(attributes, detail);
  if (!Object.hasOwn(pod.metadata.annotations ?? {}, mirrorPodAnnotation)) {
    throw fail(`pod does not have ${goQuote(mirrorPodAnnotation)} annotation, ${who} can only create mirror pods`);
  }
  if (nodeNameOf(pod) !== node) throw fail(`${who} can only create pods with spec.nodeName set to itself`);
  const owners = pod.metadata.ownerReferences ?? [];
  const [owner] = owners;
  if (owners.length > 1) throw fail(`${who} can only create pods with a single owner reference set to itself`);
  if (owner === undefined || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    throw fail(`${who} can only create pods with an owner reference set to itself`);
  }
  if (owner.controller !== true) {
    throw fail(`${who} can only create pods with a controller owner reference set to itself`);
  }
  if (owner.blockOwnerDeletion === true) throw fail(`${who} must not set blockOwnerDeletion on an owner reference`);
  const known = objects.get(nodes, node);
  if (known === undefined) throw newNotFound(nodes, node);
  const { uid = '' } = known.metadata;
  if (owner.uid !== uid) throw fail(`node ${node} UID mismatch: expected ${owner.uid} got ${uid}`);
  const reference = apiReferenceOf(asObject(pod.spec));
  if (reference !== undefined) throw fail(`${who} can not create pods that reference ${reference}`);
}

function checkStatus(node: string, attributes: AdmissionAttributes): void {
  const { object, old } = attributes;
  if (object === undefined || old === undefined) return;
  const who = `node ${goQuote(node)}`;
  if (nodeNameOf(old) !== node) {
    throw refusal(attributes, `${who} can only update pod status for pods with spec.nodeName set to itself`);
  }
  if (!semanticallyEqual(object.metadata.labels, old.metadata.labels)) {
    throw refusal(attributes, `${who} cannot update labels through pod status`);
  }
  const [status, before] = [asObject(object.status), asObject(old.status)];
  const claims = (of: typeof status) =>
    asObjects(of.resourceClaimStatuses).map(({ name, resourceClaimName = null }) => ({ name, resourceClaimName }));
  if (JSON.stringify(claims(status)) !== JSON.stringify(claims(before))) {
    throw refusal(attributes, `${who} cannot update resource claim statues`);
  }
  if (!semanticallyEqual(status.extendedResourceClaimStatus, before.extendedResourceClaimStatus)) {
    throw refusal(attributes, `${who} cannot update extended resource claim status`);
  }
}

function existing({ namespace, name }: AdmissionAttributes, objects: ObjectReader): KubeObject {
  const pod = objects.get(pods, name, namespace);
  if (pod === undefined) throw newNotFound(pods, name);
  return pod;
}

function nodeNameOf(pod: KubeObject): string {
  return asText(asObject(pod.spec).nodeName);
}
