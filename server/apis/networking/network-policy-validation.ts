/** NetworkPolicies. */
import { forbidden, invalid, notSupportedInOrder, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isPortName } from '../../apimachinery/validation/names.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkComplaints, checkEach, checkListed, checkPortNumber, type Errors } from '../validation/checks.ts';
import { checkLegacyCidr, cidrContains, cidrWarnings, parseCidr } from '../validation/ip.ts';

const policyTypes = ['Ingress', 'Egress'] as const;
const directions = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const;

interface PolicyRules {
  readonly allowInvalidValues: boolean;
  /** Blocks that the stored object had. */
  readonly knownCidrs: readonly string[];
}

export function validateNetworkPolicy(policy: KubeObject): Errors {
  return validatePolicy(policy, { allowInvalidValues: false, knownCidrs: [] });
}

export function validateNetworkPolicyUpdate(policy: KubeObject, old: KubeObject): Errors {
  const before = asObject(old.spec);
  const allowInvalidValues = validateLabelSelector(before.podSelector, '').length > 0;
  const knownCidrs = blocksOf(before).flatMap(([block]) => [asText(block.cidr), ...asTexts(block.except)]);
  return validatePolicy(policy, { allowInvalidValues, knownCidrs });
}

function validatePolicy(policy: KubeObject, rules: PolicyRules): Errors {
  const errors = finalizerErrors(policy);
  const spec = asObject(policy.spec);
  errors.push(...validateLabelSelector(spec.podSelector, 'spec.podSelector', rules));
  for (const [direction, peers] of directions) {
    checkEach(spec[direction], `spec.${direction}`, (rule, path) => {
      checkEach(rule.ports, `${path}.ports`, (port, portPath) => checkPort(port, portPath, errors));
      checkEach(rule[peers], `${path}.${peers}`, (peer, peerPath) => checkPeer(peer, rules, peerPath, errors));
    });
  }
  const types = asTexts(spec.policyTypes);
  if (types.length > policyTypes.length) {
    errors.push(invalid('spec.policyTypes', [...types], 'may not specify more than two policyTypes'));
    return errors;
  }
  types.forEach((type, index) => {
    if (!policyTypes.some((known) => known === type)) {
      errors.push(notSupportedInOrder(`spec.policyTypes[${index}]`, type, policyTypes));
    }
  });
  return errors;
}

function checkPort({ protocol, port, endPort }: JsonObject, path: string, errors: Errors): void {
  if (isSet(protocol)) checkListed(protocol, ['TCP', 'UDP', 'SCTP'], `${path}.protocol`, errors);
  const endPath = `${path}.endPort`;
  if (!isSet(port)) {
    if (isSet(endPort)) errors.push(invalid(endPath, endPort, 'may not be specified when `port` is not specified'));
  } else if (typeof port === 'string') {
    if (isSet(endPort)) errors.push(invalid(endPath, endPort, 'may not be specified when `port` is non-numeric'));
    checkComplaints(port, isPortName(port), `${path}.port`, errors);
  } else {
    checkPortNumber(port, `${path}.port`, errors);
    if (!isSet(endPort)) return;
    if (asNumber(endPort) < asNumber(port)) {
      errors.push(invalid(endPath, port, 'must be greater than or equal to `port`'));
    }
    checkPortNumber(endPort, endPath, errors);
  }
}

function checkPeer(peer: JsonObject, rules: PolicyRules, path: string, errors: Errors): void {
  const selectors = ['podSelector', 'namespaceSelector'].filter((field) => isSet(peer[field]));
  for (const field of selectors) errors.push(...validateLabelSelector(peer[field], `${path}.${field}`, rules));
  if (isSet(peer.ipBlock)) {
    checkBlock(asObject(peer.ipBlock), rules, `${path}.ipBlock`, errors);
    if (selectors.length > 0) errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  } else if (selectors.length === 0) {
    errors.push(required(path, 'must specify a peer'));
  }
}

function checkBlock(block: JsonObject, rules: PolicyRules, path: string, errors: Errors): void {
  const cidr = asText(block.cidr);
  if (cidr === '') {
    errors.push(required(`${path}.cidr`));
    return;
  }
  checkLegacyCidr(cidr, `${path}.cidr`, errors, rules.knownCidrs);
  const whole = parseCidr(cidr);
  if (whole === undefined) return;
  asTexts(block.except).forEach((text, index) => {
    const exceptPath = `${path}.except[${index}]`;
    checkLegacyCidr(text, exceptPath, errors, rules.knownCidrs);
    const except = parseCidr(text);
    if (except === undefined) return;
    if (!cidrContains(whole, except) || whole.prefixLength >= except.prefixLength) {
      errors.push(invalid(exceptPath, text, 'must be a strict subset of `cidr`'));
    }
  });
}

function blocksOf(spec: JsonObject): readonly (readonly [JsonObject, string])[] {
  return directions.flatMap(([direction, peers]) =>
    asObjects(spec[direction]).flatMap((rule, index) =>
      asObjects(rule[peers]).flatMap((peer, at) =>
        isSet(peer.ipBlock)
          ? [[asObject(peer.ipBlock), `spec.${direction}[${index}].${peers}[${at}].ipBlock`] as const]
          : [],
      ),
    ),
  );
}

export function networkPolicyWarnings(policy: KubeObject): string[] {
  return blocksOf(asObject(policy.spec)).flatMap(([block, path]) => [
    ...cidrWarnings(asText(block.cidr), `${path}.cidr`),
    ...asTexts(block.except).flatMap((text, index) => cidrWarnings(text, `${path}.except[${index}]`)),
  ]);
}
