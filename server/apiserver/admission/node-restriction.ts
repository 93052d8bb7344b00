/** NodeRestriction: a node writes what is its own: itself, its pods and their status, its lease, its volumes and certificates. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { restrictNode } from './node-restriction/nodes.ts';
import { restrictPod, restrictPodSubresource } from './node-restriction/pods.ts';
import {
  restrictCertificateRequest,
  restrictClaim,
  restrictCSINode,
  restrictLease,
  restrictResourceSlice,
} from './node-restriction/own-objects.ts';
import { type AudienceParts, restrictToken } from './node-restriction/tokens.ts';
import { refusal } from './refusal.ts';

const nodePrefix = 'system:node:';
const nodesGroup = 'system:nodes';

/** @throws StatusError to refuse. */
export type NodeRule = (node: string, attributes: AdmissionAttributes, parts: AudienceParts) => void | Promise<void>;

const rules: Readonly<Record<string, NodeRule>> = {
  pods: (node, attributes, parts) =>
    attributes.subresource === ''
      ? restrictPod(node, attributes, parts.objects)
      : restrictPodSubresource(node, attributes, parts.objects),
  nodes: restrictNode,
  persistentvolumeclaims: restrictClaim,
  serviceaccounts: restrictToken,
  'leases.coordination.k8s.io': restrictLease,
  'csinodes.storage.k8s.io': restrictCSINode,
  'resourceslices.resource.k8s.io': restrictResourceSlice,
  'certificatesigningrequests.certificates.k8s.io': restrictCertificateRequest,
};

export function nodeRestriction(parts: AudienceParts): AdmissionPlugin {
  const check = (attributes: AdmissionAttributes) => {
    const node = nodeOf(attributes.user);
    if (node === undefined) return undefined;
    if (node === '') {
      throw refusal(attributes, `could not determine node from user ${goQuote(attributes.user.name)}`);
    }
    const { group, resource } = attributes.scope.definition;
    const name = group === '' ? resource : `${resource}.${group}`;
    return Object.hasOwn(rules, name) ? rules[name]?.(node, attributes, parts) : undefined;
  };
  return {
    name: 'NodeRestriction',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    mutate: check,
  };
}

/** The name of the node that the user is; empty: a node without a name; undefined: no node. */
function nodeOf({ name, groups }: UserInfo): string | undefined {
  if (!name.startsWith(nodePrefix) || !groups.includes(nodesGroup)) return undefined;
  return name.slice(nodePrefix.length);
}
