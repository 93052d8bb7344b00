/** A status as the API writes it: what Go leaves out for being empty is not there. */

export function withoutZeros<T extends object>(
  status: T,
  { except = [] }: { except?: readonly string[] } = {},
): Partial<T> {
  const kept = Object.entries(status).filter(([name, value]) => except.includes(name) || !isZero(value));
  return Object.fromEntries(kept) as Partial<T>;
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === 0 || value === '' || value === false;
}
