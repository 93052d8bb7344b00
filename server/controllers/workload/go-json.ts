/** JSON as Go writes a map of anything, for hashes and for those who compare texts. */
import { isJsonObject, type JsonValue } from '../../apimachinery/json.ts';

/** Keys sorted, and what HTML could stumble over escaped. */
export function goJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return `{${keys.map((key) => `${goText(key)}:${goJson(value[key])}`).join(',')}}`;
  }
  return typeof value === 'string' ? goText(value) : JSON.stringify(value ?? null);
}

function goText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
