/** What a JWT says before anyone has looked at its signature: good for choosing who looks, and for nothing else. */
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';

export function unverifiedClaims(token: string): JsonObject | undefined {
  const parts = token.split('.');
  return parts.length === 3 ? jsonOf(parts[1] ?? '') : undefined;
}

export function unverifiedHeader(token: string): JsonObject | undefined {
  return jsonOf(token.slice(0, token.indexOf('.')));
}

function jsonOf(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
