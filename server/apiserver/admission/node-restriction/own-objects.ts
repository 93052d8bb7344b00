/** Objects that go with a node: its lease, CSINode and resource slices, the claims that it expands, its certificates. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { subjectOf } from '../../../apis/certificates/request-subject.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { refusal } from '../refusal.ts';

const leaseNamespace = 'kube-node-lease';
const kubeletSigners = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

export function restrictLease(node: string, attributes: AdmissionAttributes): void {
  if (attributes.namespace !== leaseNamespace) {
    throw refusal(attributes, `can only access leases in the ${goQuote(leaseNamespace)} system namespace`);
  }
  if (attributes.name === node) return;
  throw refusal(attributes, 'can only access node lease with the same name as the requesting node');
}

export function restrictCSINode(node: string, attributes: AdmissionAttributes): void {
  if (attributes.name === node) return;
  throw refusal(attributes, 'can only access CSINode with the same name as the requesting node');
}

export function restrictResourceSlice(node: string, attributes: AdmissionAttributes): void {
  const { operation, object, old } = attributes;
  if (operation === 'UPDATE') return;
  const slice = operation === 'CREATE' ? object : old;
  if (slice === undefined || asText(asObject(slice.spec).nodeName) === node) return;
  const verb = operation === 'CREATE' ? 'create' : 'delete';
  throw refusal(attributes, `can only ${verb} ResourceSlice with the same NodeName as the requesting node`);
}

export function restrictClaim(node: string, attributes: AdmissionAttributes): void {
  const { subresource, operation, object, old } = attributes;
  if (subresource !== 'status') throw refusal(attributes, 'may only update PVC status');
  if (operation !== 'UPDATE') throw refusal(attributes, `unexpected operation ${goQuote(operation)}`);
  if (object === undefined || old === undefined) return;
  if (semanticallyEqual(fixedPart(object), fixedPart(old))) return;
  const allowed = 'fields other than status.quantity and status.conditions';
  throw refusal(attributes, `node ${goQuote(node)} is not allowed to update ${allowed}`);
}

/** Without what a node finds out while it expands a volume. */
function fixedPart({ metadata, kind: _kind, apiVersion: _apiVersion, status, ...rest }: KubeObject): JsonObject {
  const { resourceVersion: _version, managedFields: _fields, ...fixed } = metadata;
  const {
    capacity: _capacity,
    conditions: _conditions,
    allocatedResources: _allocated,
    allocatedResourceStatuses: _statuses,
    ...left
  } = asObject(status);
  return { ...rest, metadata: fixed, status: left };
}

export function restrictCertificateRequest(node: string, attributes: AdmissionAttributes): void {
  const { operation, object } = attributes;
  if (operation !== 'CREATE' || object === undefined) return;
  const { signerName, request } = asObject(object.spec);
  if (!kubeletSigners.includes(asText(signerName))) return;
  const wanted = `system:node:${node}`;
  if (subjectOf(asText(request))?.commonName !== wanted) {
    throw refusal(attributes, `can only create a node CSR with CN=${wanted}`);
  }
}
