/** What several servers on one store believe, published together: an extension server has to believe each of them. */
import { X509Certificate } from 'node:crypto';
import { asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { EXPIRY_SLACK_MS } from './limits.ts';

/** `present` with what `own` adds; certificates that have expired are left out, what cannot be read is not kept. */
export function combinedTrust(
  present: JsonObject,
  own: Readonly<Record<string, string>>,
  now: number,
): Record<string, string> {
  const combined = Object.entries(own).map(([key, value]) => {
    const both = [asText(present[key]), value];
    const text = key.endsWith('-file') ? combinedBundle(both, now) : JSON.stringify(unique(both.flatMap(listOf)));
    return [key, text] as const;
  });
  return Object.fromEntries(combined);
}

function combinedBundle(bundles: readonly string[], now: number): string {
  const certificates = bundles
    .flatMap((pem) => pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [])
    .flatMap((block) => certificateOf(block) ?? [])
    .filter(({ validTo }) => Date.parse(validTo) > now - EXPIRY_SLACK_MS);
  return unique(certificates.map(String)).join('');
}

function certificateOf(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function listOf(json: string): string[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
