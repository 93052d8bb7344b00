/** Regular expressions as Go has them (RE2): linear time whatever the pattern, Go's syntax, and Go's words for what is wrong with one. */
import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

/** Patterns kept compiled; the least recently added goes first. */
const MAX_COMPILED = 4096;

export interface Re2 {
  /** True where the pattern matches somewhere in the text. */
  test(text: string): boolean;
}

const compiled = new Map<string, CompiledRe2>();
let library: typeof RE2JS | undefined;

interface CompiledRe2 extends Re2 {
  readonly expression: RE2JS;
}

/** @throws Error with Go's message for a pattern that is none */
export function compileRe2(pattern: string): Re2 {
  return compiledRe2(pattern);
}

/** The matches in a text, at most `limit`; negative: all. @throws Error with Go's message for a pattern that is none */
export function findRe2(pattern: string, text: string, limit: number): string[] {
  const matcher = compiledRe2(pattern).expression.matcher(text);
  const found: string[] = [];
  while (found.length !== limit && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

function compiledRe2(pattern: string): CompiledRe2 {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  // Loaded when the first pattern comes: most servers never see one.
  library ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
  const expression = library.compile(pattern);
  const made: CompiledRe2 = { expression, test: (text) => expression.test(text) };
  if (compiled.size >= MAX_COMPILED) compiled.delete(compiled.keys().next().value ?? '');
  compiled.set(pattern, made);
  return made;
}
