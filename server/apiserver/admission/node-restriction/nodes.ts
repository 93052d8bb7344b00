/** A node describes itself, but neither chooses which pods it attracts (taints, labels of others) nor who owns it. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asObject, isSet } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { refusal } from '../refusal.ts';

/** Labels of Kubernetes' own domains that a kubelet may set. */
const kubeletLabels = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);
const kubeletDomains = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const kubernetesDomains = ['kubernetes.io', 'k8s.io'];
const restrictedDomains = ['node-restriction.kubernetes.io'];

export function restrictNode(node: string, attributes: AdmissionAttributes): void {
  const { operation, object, old, name } = attributes;
  const who = `node ${goQuote(node)}`;
  if (name !== node) throw refusal(attributes, `${who} is not allowed to modify node ${goQuote(name)}`);
  if (operation === 'DELETE' || object === undefined) return;
  const { configSource, taints } = asObject(object.spec);
  const before = asObject(old?.spec);
  const forbidden = forbiddenLabels(object, old);
  if (operation === 'CREATE') {
    if (isSet(configSource)) {
      throw refusal(attributes, `${who} is not allowed to create pods with a non-nil configSource`);
    }
    if (forbidden.length === 0) return;
    throw refusal(attributes, `${who} is not allowed to set the following labels: ${forbidden.join(', ')}`);
  }
  if (isSet(configSource) && !semanticallyEqual(configSource, before.configSource)) {
    throw refusal(attributes, `${who} is not allowed to update configSource to a new non-nil configSource`);
  }
  if (!semanticallyEqual(taints, before.taints)) throw refusal(attributes, `${who} is not allowed to modify taints`);
  if (JSON.stringify(object.metadata.ownerReferences ?? []) !== JSON.stringify(old?.metadata.ownerReferences ?? [])) {
    throw refusal(attributes, `${who} is not allowed to modify ownerReferences`);
  }
  if (forbidden.length > 0) throw refusal(attributes, `is not allowed to modify labels: ${forbidden.join(', ')}`);
}

function forbiddenLabels(object: KubeObject, old: KubeObject | undefined): string[] {
  const [labels, before] = [object.metadata.labels ?? {}, old?.metadata.labels ?? {}];
  const valueIn = (from: Readonly<Record<string, string>>, key: string) =>
    Object.hasOwn(from, key) ? from[key] : undefined;
  const keys = new Set([...Object.keys(labels), ...Object.keys(before)]);
  return [...keys].filter((key) => valueIn(labels, key) !== valueIn(before, key) && isForbidden(key)).toSorted();
}

function isForbidden(label: string): boolean {
  const slash = label.indexOf('/');
  const domain = slash < 0 ? '' : label.slice(0, slash);
  if (isWithin(domain, restrictedDomains)) return true;
  return isWithin(domain, kubernetesDomains) && !kubeletLabels.has(label) && !isWithin(domain, kubeletDomains);
}

function isWithin(domain: string, domains: readonly string[]): boolean {
  return domains.some((known) => domain === known || domain.endsWith(`.${known}`));
}
