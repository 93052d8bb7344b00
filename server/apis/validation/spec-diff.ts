/** The unified diff of two values at the end of messages that refuse a change. */
import type { JsonValue } from '../../apimachinery/json.ts';
import { asInternal } from './internal-value.ts';

const CONTEXT_LINES = 3;
/** Beyond this many lines a side, the diff is one hunk: the exact one is quadratic. */
const MAX_LINES = 2000;

/** `type` is their internal type, as asInternal takes it. */
export function specDiff(type: string, old: JsonValue | undefined, value: JsonValue | undefined): string {
  const before = lines(asInternal(type, old));
  const after = lines(asInternal(type, value));
  const edits =
    before.length > MAX_LINES || after.length > MAX_LINES ? replaceAll(before, after) : diffLines(before, after);
  return hunks(edits);
}

function lines(value: JsonValue): string[] {
  return JSON.stringify(value, null, 1).split('\n');
}

/** `tag` is the first character of the line in the diff. */
interface Edit {
  readonly tag: ' ' | '-' | '+';
  readonly line: string;
}

function replaceAll(before: readonly string[], after: readonly string[]): Edit[] {
  return [...before.map((line): Edit => ({ tag: '-', line })), ...after.map((line): Edit => ({ tag: '+', line }))];
}

/** Longest common subsequence. */
function diffLines(before: readonly string[], after: readonly string[]): Edit[] {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const edits: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const left = before[i];
    const right = after[j];
    if (left !== undefined && left === right) {
      edits.push({ tag: ' ', line: left });
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      edits.push({ tag: '-', line: left });
      i++;
    } else {
      edits.push({ tag: '+', line: right ?? '' });
      j++;
    }
  }
  return edits;
}

function hunks(edits: readonly Edit[]): string {
  const out: string[] = [];
  const changed = edits.flatMap((edit, index) => (edit.tag === ' ' ? [] : [index]));
  for (let next = 0; next < changed.length; ) {
    const start = Math.max(0, (changed[next] ?? 0) - CONTEXT_LINES);
    let end = (changed[next] ?? 0) + 1;
    while (next < changed.length && (changed[next] ?? 0) <= end + 2 * CONTEXT_LINES) end = (changed[next++] ?? 0) + 1;
    const hunk = edits.slice(start, Math.min(edits.length, end + CONTEXT_LINES));
    const leading = edits.slice(0, start);
    out.push(`@@ -${range(leading, hunk, '-')} +${range(leading, hunk, '+')} @@`);
    for (const { tag, line } of hunk) out.push(tag + line);
  }
  return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

function range(leading: readonly Edit[], hunk: readonly Edit[], tag: '-' | '+'): string {
  const count = (edits: readonly Edit[]): number => edits.filter((edit) => edit.tag === ' ' || edit.tag === tag).length;
  return `${count(leading) + 1},${count(hunk)}`;
}
