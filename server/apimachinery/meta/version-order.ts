/** The order of API versions by stability and age, as names alone tell it: v2, v1, v2beta1, v1beta3, v1alpha1, then anything else by name. */

interface Parts {
  readonly major: number;
  /** 3: v1, 2: v1beta1, 1: v1alpha1 */
  readonly stability: number;
  readonly minor: number;
}

/** Negative where `a` comes first: it is the one to prefer. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  if (left === undefined || right === undefined) {
    if (left !== undefined) return -1;
    if (right !== undefined) return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return right.stability - left.stability || right.major - left.major || right.minor - left.minor;
}

function partsOf(version: string): Parts | undefined {
  const match = /^v([0-9]+)(?:(alpha|beta)([0-9]+))?$/.exec(version);
  if (match === null) return undefined;
  const [, major = '', stability, minor = '0'] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    stability: stability === undefined ? 3 : stability === 'beta' ? 2 : 1,
  };
}
