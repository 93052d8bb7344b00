/** The cluster addresses of a Service and their families. */
import { duplicate, invalid, required } from '../../../apimachinery/errors/field-error.ts';
import { asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { checkOneOf, type Errors } from '../../validation/checks.ts';
import { checkLegacyIp, isDualStack, isV6Text } from '../../validation/ip.ts';

const families = ['IPv4', 'IPv6'] as const;
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'] as const;
const path = 'spec.clusterIPs';
const UNCHANGEABLE = 'may not change once set';

export function isHeadless(spec: JsonObject): boolean {
  const ips = asTexts(spec.clusterIPs);
  return ips.length === 1 && ips[0] === 'None';
}

export function checkClusterIps(spec: JsonObject, before: JsonObject, errors: Errors): void {
  if (spec.type === 'ExternalName') return;
  const ips = asTexts(spec.clusterIPs);
  checkFirstMatches(asText(spec.clusterIP), ips, errors);
  const seen = new Set<string>();
  asTexts(spec.ipFamilies).forEach((family, index) => {
    checkOneOf(family, families, `spec.ipFamilies[${index}]`, errors);
    if (seen.has(family)) errors.push(duplicate(`spec.ipFamilies[${index}]`, family));
    seen.add(family);
  });
  if (isSet(spec.ipFamilyPolicy)) checkOneOf(spec.ipFamilyPolicy, familyPolicies, 'spec.ipFamilyPolicy', errors);
  const known = asTexts(before.clusterIPs);
  let wellFormed = true;
  ips.forEach((ip, index) => {
    if (index === 0 && ip === 'None') {
      if (ips.length === 1) return;
      wellFormed = false;
      errors.push(invalid(path, [...ips], "'None' must be the first and only value"));
      return;
    }
    if (!checkLegacyIp(ip, `${path}[${index}]`, errors, known)) wellFormed = false;
  });
  if (ips.length > 2) errors.push(invalid(path, [...ips], 'may only hold up to 2 values'));
  if (!wellFormed) return;
  if (ips.length > 1 && !isDualStack(ips)) {
    errors.push(invalid(path, [...ips], 'may specify no more than one IP for each IP family'));
  }
  if (!isHeadless(spec)) checkIpsMatchFamilies(ips, asTexts(spec.ipFamilies), errors);
}

function checkFirstMatches(ip: string, ips: readonly string[], errors: Errors): void {
  if (ip === '') {
    if (ips.length > 0) errors.push(invalid(path, [...ips], 'must be empty when `clusterIP` is not specified'));
  } else if (ips.length === 0) {
    errors.push(required(path));
  } else if (ips[0] !== ip) {
    errors.push(invalid(path, [...ips], 'first value must match `clusterIP`'));
  }
}

function checkIpsMatchFamilies(ips: readonly string[], wanted: readonly string[], errors: Errors): void {
  ips.forEach((ip, index) => {
    const family = wanted[index];
    const isV6 = isV6Text(ip);
    if ((family === 'IPv4' && isV6) || (family === 'IPv6' && !isV6)) {
      const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
      errors.push(invalid(`${path}[${index}]`, ip, detail));
    }
  });
}

/** The primary address stays; a secondary one may come and go. */
export function checkClusterIpChanges(spec: JsonObject, before: JsonObject, errors: Errors): void {
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  if (isHeadless(spec) && isHeadless(before)) return;
  const ips = asTexts(spec.clusterIPs);
  const old = asTexts(before.clusterIPs);
  if (ips.length === old.length) {
    ips.forEach((ip, index) => {
      if (ip !== old[index]) errors.push(invalid(`${path}[${index}]`, [...ips], UNCHANGEABLE));
    });
    return;
  }
  if (ips.length === 0) errors.push(invalid(`${path}[0]`, null, 'primary clusterIP can not be unset'));
  else if (old.length > 0 && ips[0] !== old[0]) errors.push(invalid(`${path}[0]`, [...ips], UNCHANGEABLE));
  if (ips.length === 1 && old.length > 1) checkSingleStack(spec, 'clusterIP', errors);
}

export function checkFamilyChanges(spec: JsonObject, before: JsonObject, errors: Errors): void {
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  if (isHeadless(spec) || isHeadless(before)) return;
  const now = asTexts(spec.ipFamilies);
  const old = asTexts(before.ipFamilies);
  const firstPath = 'spec.ipFamilies[0]';
  if (now.length === old.length) {
    now.forEach((family, index) => {
      if (family !== old[index]) errors.push(invalid(firstPath, [...now], UNCHANGEABLE));
    });
    return;
  }
  // Upstream looks at the addresses here, and shows them instead of the families.
  const shown = asTexts(spec.clusterIPs);
  if (now.length < old.length && shown.length === 0) {
    errors.push(invalid(firstPath, [...now], 'primary ipFamily can not be unset'));
  }
  if (now.length > 0 && old.length > 0 && now[0] !== old[0]) {
    errors.push(invalid(firstPath, [...shown], UNCHANGEABLE));
  }
  if (now.length === 1 && old.length > 1) checkSingleStack(spec, 'ipFamily', errors);
}

function checkSingleStack(spec: JsonObject, released: string, errors: Errors): void {
  if (spec.ipFamilyPolicy === 'SingleStack') return;
  const detail = `must be set to 'SingleStack' when releasing the secondary ${released}`;
  errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy ?? null, detail));
}
