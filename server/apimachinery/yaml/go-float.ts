/** Floating-point numbers as Go's strconv writes them at their shortest ('g', -1), special values as YAML names them. */

/** A float64: "0.5", "100000.5", "1e+06", "1.5e-07". */
export function goFloat64(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** A number cut to float32, as keys of YAML maps are. */
export function goFloat32(value: number): string {
  const single = Math.fround(value);
  for (let precision = 1; precision <= 9; precision++) {
    const candidate = Number(single.toPrecision(precision));
    if (Math.fround(candidate) === single) return goFloat64(candidate);
  }
  return goFloat64(single);
}
