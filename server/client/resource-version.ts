/** The order of resourceVersions: decimal numbers of any length (clients may compare them since KEP-5504). */

/** Negative where `a` is the older one. */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
