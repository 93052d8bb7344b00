/** Lengths of time and amounts as annotations of a simulation write them. */
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of "1m30s", "200ms", "1d" or a plain number of seconds; undefined: it is none of these. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (units[unit ?? ''] ?? 0);
  return total;
}

/** Milliseconds since a container's start. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** "always", "10s-20s" or "30s-", several with commas. Undefined: not of that form. */
export function parseSpans(text: string): readonly TimeSpan[] | undefined {
  if (text === 'always') return [{ from: 0, to: Number.POSITIVE_INFINITY }];
  const spans = text.split(',').map((part) => {
    const [from = '', to, ...rest] = part.trim().split('-');
    const begin = parseDuration(from);
    const end = to === undefined || to === '' ? Number.POSITIVE_INFINITY : parseDuration(to);
    return begin === undefined || end === undefined || rest.length > 0 ? undefined : { from: begin, to: end };
  });
  return spans.every((span) => span !== undefined) ? spans : undefined;
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** Bytes of "64Mi". */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi)?$/.exec(text);
  return match === null ? undefined : Math.round(Number(match[1]) * (byteUnits[match[2] ?? ''] ?? 1));
}

/** Billionths of a core of "250m" or "2". */
export function parseCores(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m)?$/.exec(text);
  return match === null ? undefined : Math.round(Number(match[1]) * (match[2] === 'm' ? 1e6 : 1e9));
}
