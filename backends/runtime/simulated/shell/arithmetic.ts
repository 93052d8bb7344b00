/** $((…)): whole numbers with the operators of C. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '||': (a, b) => Number(a !== 0 || b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
  '%': (a, b) => (b === 0 ? 0 : a % b),
};

/** What cannot be read counts as 0. */
export function evaluateArithmetic(text: string, valueOf: (name: string) => string): number {
  const tokens = text.replaceAll('$', '').match(/\d+|[A-Za-z_]\w*|\|\||&&|==|!=|<=|>=|[-+*/%<>()!]/g) ?? [];
  let at = 0;
  const primary = (): number => {
    const token = tokens[at++] ?? '0';
    if (token === '(') {
      const value = level(0);
      at++;
      return value;
    }
    if (token === '-') return -primary();
    if (token === '+') return primary();
    if (token === '!') return Number(primary() === 0);
    const number = Number.parseInt(/^\d/.test(token) ? token : valueOf(token), 10);
    return Number.isNaN(number) ? 0 : number;
  };
  const level = (depth: number): number => {
    const here = levels[depth];
    if (here === undefined) return primary();
    let value = level(depth + 1);
    for (;;) {
      const operator = tokens[at] ?? '';
      if (!here.includes(operator)) return value;
      at++;
      value = operations[operator]?.(value, level(depth + 1)) ?? 0;
    }
  };
  return level(0);
}
