/**
 * JSON that is read as YAML, as the bodies of server-side apply are: three characters that are nothing special to JSON end a line in
 * YAML 1.1, and a line that ends within quotes is folded into the next one.
 */
import { YamlError } from './yaml-error.ts';

const NEXT_LINE = '\u0085';
const quoted = /("(?:[^"\\]|\\.)*")(\s*:)?/gs;
const lineBreaks = /[\u0085\u2028\u2029]/;
const folds = /[ \t]*([\u0085\u2028\u2029][ \t\u0085\u2028\u2029]*)/g;

/** The text that means the same without folding. @throws YamlError for a key of more than one line */
export function withLinesFolded(json: string): string {
  return json.replace(quoted, (whole, text: string, colon: string | undefined) => {
    if (!lineBreaks.test(text)) return whole;
    if (colon !== undefined) throw new YamlError("yaml: line 1: did not find expected ',' or '}'");
    return text.replace(folds, (_all, breaks: string) => foldedBreaks(breaks.replace(/[ \t]/g, '')));
  });
}

/** One end of a line is a space, each further one an empty line; separators stay what they are. */
function foldedBreaks(breaks: string): string {
  const first = breaks.slice(0, 1);
  const others = breaks.slice(1).replaceAll(NEXT_LINE, '\\n');
  if (first !== NEXT_LINE) return first + others;
  return others === '' ? ' ' : others;
}
