/** Sets of completion indexes as text, "1,3-5,7": of a job's status and of its success policy. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
export class CompletionIndexesError extends Error {
  override name = 'CompletionIndexesError';
}

interface Interval {
  readonly first: number;
  readonly last: number;
}

/** How many indexes there are; throws CompletionIndexesError where they are malformed, unordered or not below `completions`. */
export function countCompletionIndexes(text: string, completions: number): number {
  if (text === '') return 0;
  let previous: number | undefined;
  let total = 0;
  for (const part of text.split(',')) {
    const { first, last } = parseInterval(part, completions);
    if (previous !== undefined && previous >= first) throw notIncreasing(previous, first);
    total += last - first + 1;
    previous = last;
  }
  return total;
}

/** The smallest index found in both; malformed intervals are passed over. */
export function firstSharedIndex(a: string, b: string, completions: number): number | undefined {
  const left = wellFormedIntervals(a, completions);
  const right = wellFormedIntervals(b, completions);
  for (let i = 0, j = 0; ; ) {
    const x = left[i];
    const y = right[j];
    if (x === undefined || y === undefined) return undefined;
    if (x.first <= y.last && y.first <= x.last) return Math.max(x.first, y.first);
    if (x.first <= y.first) i++;
    else j++;
  }
}

function wellFormedIntervals(text: string, completions: number): Interval[] {
  return text.split(',').flatMap((part) => {
    try {
      return [parseInterval(part, completions)];
    } catch {
      return [];
    }
  });
}

function parseInterval(text: string, completions: number): Interval {
  const [from = '', to, more] = text.split('-');
  if (more !== undefined) {
    throw new CompletionIndexesError(
      `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  }
  const first = parseIndex(from, completions);
  if (to === undefined) return { first, last: first };
  const last = parseIndex(to, completions);
  if (first >= last) throw notIncreasing(first, last);
  return { first, last };
}

function parseIndex(text: string, completions: number): number {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    throw new CompletionIndexesError(`cannot convert string to integer for index: ${goQuote(text)}`);
  }
  const index = Number(text);
  if (index >= completions) throw new CompletionIndexesError(`too large index: ${goQuote(text)}`);
  return index;
}

function notIncreasing(previous: number, current: number): CompletionIndexesError {
  return new CompletionIndexesError(`non-increasing order, previous: ${previous}, current: ${current}`);
}
