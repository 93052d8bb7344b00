/** Headers as they came, one by one: in Node's parsed ones, repeated headers are joined. Names do not depend on their case. */

export function headerValues(raw: readonly string[], name: string): string[] {
  const wanted = name.toLowerCase();
  return pairsOf(raw)
    .filter(([header]) => header === wanted)
    .map(([, value]) => value);
}

/** Keys are what follows the prefix, unescaped where that can be done. */
export function headersUnder(raw: readonly string[], prefix: string): Array<readonly [key: string, value: string]> {
  const wanted = prefix.toLowerCase();
  return pairsOf(raw)
    .filter(([header]) => header.startsWith(wanted))
    .map(([header, value]) => [unescaped(header.slice(wanted.length)), value]);
}

function pairsOf(raw: readonly string[]): Array<readonly [header: string, value: string]> {
  const pairs: Array<readonly [string, string]> = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    pairs.push([raw[index]?.toLowerCase() ?? '', raw[index + 1] ?? '']);
  }
  return pairs;
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
