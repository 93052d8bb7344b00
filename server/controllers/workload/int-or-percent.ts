/** A number or a share of a whole: "25%" of the replicas. */
export type IntOrPercent = number | string | object | undefined | null;

/** @throws Error for a text that is no percentage */
export function scaleIntOrPercent(value: IntOrPercent, { of, roundUp }: { of: number; roundUp: boolean }): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return value;
  const [, percent] = /^([+-]?[0-9]+)%$/.exec(String(value)) ?? [];
  if (percent === undefined) {
    throw new Error('invalid value for IntOrString: invalid type: string is not a percentage');
  }
  const part = (Number(percent) * of) / 100;
  return roundUp ? Math.ceil(part) : Math.floor(part);
}
