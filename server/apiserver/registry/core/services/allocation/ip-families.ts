/**
 * ipFamilies and ipFamilyPolicy of a Service: what follows from its addresses, its selector and the families of the cluster,
 * and which wishes the cluster cannot grant. Runs before addresses are taken, also for dry runs.
 */
import { invalid } from '../../../../../apimachinery/errors/field-error.ts';
import { newInvalid } from '../../../../../apimachinery/errors/status-error.ts';
import { asObject, asText, asTexts, isSet } from '../../../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../../apimachinery/meta/object.ts';
import { checkClusterIps } from '../../../../../apis/core/validation/service-cluster-ips.ts';
import type { Errors } from '../../../../../apis/validation/checks.ts';
import { familyOf, type IpFamily } from '../allocator/address-range.ts';

const policyPath = 'spec.ipFamilyPolicy';

/** `before` is the spec of the stored service. Mutates `spec`. @throws StatusError Invalid */
export function settleFamilies(
  service: KubeObject,
  before: JsonObject | undefined,
  clusterFamilies: readonly IpFamily[],
): void {
  const spec = asObject(service.spec);
  if (spec.type === 'ExternalName' || keepsPreferredStacks(spec, before)) return;
  if (!isSet(spec.ipFamilyPolicy)) spec.ipFamilyPolicy = policyOf(spec, before);
  refuse(service, (errors) => checkClusterIps(spec, before ?? {}, errors));
  refuse(service, (errors) => {
    if (before !== undefined) checkReleases(spec, before, errors);
    checkPolicyFits(spec, errors);
    inferFamilies(spec, clusterFamilies, errors);
  });
  if (isSelectorlessHeadless(spec)) {
    completeFamilies(spec, clusterFamilies, { dualStack: true });
    return;
  }
  refuse(service, (errors) => checkClusterHasFamilies(spec, clusterFamilies, errors));
  completeFamilies(spec, clusterFamilies, { dualStack: clusterFamilies.length === 2 });
}

/** A service that prefers two stacks is not moved to more or fewer when only the cluster has changed. */
export function keepsPreferredStacks(spec: JsonObject, before: JsonObject | undefined): boolean {
  if (before === undefined || before.type !== spec.type) return false;
  if (spec.ipFamilyPolicy !== 'PreferDualStack') return false;
  if (isSet(before.ipFamilyPolicy) && before.ipFamilyPolicy !== 'PreferDualStack') return false;
  return sameTexts(spec, before, 'clusterIPs') && sameTexts(spec, before, 'ipFamilies');
}

/** One stack unless something says otherwise: nobody is moved without asking. */
function policyOf(spec: JsonObject, before: JsonObject | undefined): string {
  if (isSet(before?.ipFamilyPolicy)) return asText(before?.ipFamilyPolicy);
  return isSelectorlessHeadless(spec) ? 'RequireDualStack' : 'SingleStack';
}

/** Its endpoints may be of any family: nobody but its owner knows. */
function isSelectorlessHeadless(spec: JsonObject): boolean {
  return spec.clusterIP === 'None' && Object.keys(asObject(spec.selector)).length === 0;
}

/** On update: SingleStack is intent enough to let the second go, anything else contradicts fewer of them. Mutates `spec`. */
function checkReleases(spec: JsonObject, before: JsonObject, errors: Errors): void {
  const fields = [
    ['clusterIPs', 'cluster IP'],
    ['ipFamilies', 'IP family'],
  ] as const;
  for (const [field, what] of fields) {
    const now = asTexts(spec[field]);
    if (spec.ipFamilyPolicy === 'SingleStack') {
      if (now.length > 1 && sameTexts(spec, before, field)) spec[field] = now.slice(0, 1);
    } else if (now.length > 0 && now.length < asTexts(before[field]).length) {
      errors.push(invalid(policyPath, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`));
    }
  }
}

function checkPolicyFits(spec: JsonObject, errors: Errors): void {
  if (spec.ipFamilyPolicy !== 'SingleStack') return;
  const detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  if (asTexts(spec.clusterIPs).length === 2) {
    errors.push(invalid(policyPath, spec.ipFamilyPolicy, `${detail} cluster IPs are specified`));
  }
  if (asTexts(spec.ipFamilies).length === 2) {
    errors.push(invalid(policyPath, spec.ipFamilyPolicy, `${detail} IP families are specified`));
  }
}

/** Addresses that were asked for say their family. Mutates `spec`. */
function inferFamilies(spec: JsonObject, clusterFamilies: readonly IpFamily[], errors: Errors): void {
  const ips = asTexts(spec.clusterIPs);
  const families = [...asTexts(spec.ipFamilies)];
  for (const [index, ip] of ips.entries()) {
    if (ip === 'None') break;
    if (index < families.length) continue;
    const family = familyOf(ip);
    if (family !== undefined && clusterFamilies.includes(family)) families.push(family);
    else {
      const detail = `${family ?? 'unknown'} is not configured on this cluster`;
      errors.push(invalid(`spec.clusterIPs[${index}]`, [...ips], detail));
    }
  }
  if (families.length > 0) spec.ipFamilies = families;
}

function checkClusterHasFamilies(spec: JsonObject, clusterFamilies: readonly IpFamily[], errors: Errors): void {
  if (spec.ipFamilyPolicy === 'RequireDualStack' && clusterFamilies.length < 2) {
    errors.push(invalid(policyPath, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  asTexts(spec.ipFamilies).forEach((family, index) => {
    if (clusterFamilies.some((known) => known === family)) return;
    errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  });
}

/** The cluster's first family where none is named, the other one where two stacks are wanted and can be had. Mutates. */
function completeFamilies(
  spec: JsonObject,
  clusterFamilies: readonly IpFamily[],
  { dualStack }: { dualStack: boolean },
): void {
  const families = [...asTexts(spec.ipFamilies)];
  if (families.length === 0) families.push(clusterFamilies[0] ?? 'IPv4');
  if (families.length === 1 && dualStack && spec.ipFamilyPolicy !== 'SingleStack') {
    families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  }
  spec.ipFamilies = families;
}

function sameTexts(spec: JsonObject, before: JsonObject, field: string): boolean {
  const now = asTexts(spec[field]);
  const then = asTexts(before[field]);
  return now.length === then.length && now.every((text, index) => text === then[index]);
}

function refuse(service: KubeObject, check: (errors: Errors) => void): void {
  const errors: Errors = [];
  check(errors);
  if (errors.length > 0) throw newInvalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', errors);
}
