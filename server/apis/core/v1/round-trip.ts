/**
 * What upstream's round trip through its internal types does to core/v1 objects: old names of a field follow the new ones,
 * write-only fields move to where they are kept. Runs behind the defaults, as conversion does. Facts: pkg/apis/core/v1/conversion.go.
 */
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { isJsonObject } from '../../../apimachinery/json.ts';
import type { PackageDefaulters } from '../../defaulting.ts';

/** serviceAccount is the old name of serviceAccountName and always says the same. */
function podSpec(spec: JsonObject): void {
  const name = nonEmpty(spec.serviceAccountName) ?? nonEmpty(spec.serviceAccount);
  if (name === undefined) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

/** The first of `list` and the single value are one; where they differ, the single one counts. */
function firstOf(object: JsonObject, single: string, list: string, wrap: (value: string) => JsonValue): void {
  const value = nonEmpty(object[single]);
  const values = Array.isArray(object[list]) ? object[list] : [];
  const [first] = values;
  const firstText = isJsonObject(first) ? nonEmpty(first.ip) : nonEmpty(first);
  if (value !== undefined && value !== firstText) object[list] = [wrap(value)];
  else if (value === undefined && firstText !== undefined) object[single] = firstText;
}

function nodeSpec(spec: JsonObject): void {
  firstOf(spec, 'podCIDR', 'podCIDRs', (value) => value);
}

function podStatus(status: JsonObject): void {
  firstOf(status, 'podIP', 'podIPs', (ip) => ({ ip }));
}

/** stringData is written in clear and kept as data. */
function secret(object: JsonObject): void {
  const { stringData } = object;
  if (stringData === undefined) return;
  delete object.stringData;
  if (!isJsonObject(stringData)) return;
  const data: JsonObject = isJsonObject(object.data) ? { ...object.data } : {};
  for (const [key, value] of Object.entries(stringData)) {
    if (typeof value === 'string') data[key] = Buffer.from(value).toString('base64');
  }
  object.data = data;
}

function nonEmpty(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const coreV1RoundTrip: PackageDefaulters = {
  NodeSpec: nodeSpec,
  PodSpec: podSpec,
  PodStatus: podStatus,
  Secret: secret,
};
