/** What goes wrong with CEL: in an expression before it runs, and while it runs. */

export interface Issue {
  /** Offset into the source, in characters. */
  readonly at: number;
  readonly message: string;
}

/** An expression that does not parse or whose types do not fit; the message lists all issues as cel-go prints them. */
export class CelCompileError extends Error {
  override name = 'CelCompileError';
  readonly issues: readonly Issue[];

  constructor(source: string, issues: readonly Issue[]) {
    super(issues.map((issue) => printIssue(source, issue)).join('\n'));
    this.issues = issues;
  }
}

function printIssue(source: string, { at, message }: Issue): string {
  if (source === '') return `ERROR: <input>:1:0: ${message}`;
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const column = at - lineStart;
  const end = source.indexOf('\n', at);
  const text = source.slice(lineStart, end < 0 ? undefined : end).replaceAll('\t', ' ');
  // Columns are characters, and those outside of ASCII are taken to be wide.
  const columns = Array.from(before.slice(lineStart));
  const dots = columns.map((char) => (isWide(char) ? '．' : '.')).join('');
  const mark = isWide(text.slice(column)) ? '＾' : '^';
  return `ERROR: <input>:${line}:${columns.length + 1}: ${message}\n | ${text}\n | ${dots}${mark}`;
}

function isWide(char: string): boolean {
  return (char.codePointAt(0) ?? 0) > 0x7f;
}

/** Thrown by the parser and the checker; collected into a CelCompileError. */
export class IssueError extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** An evaluation that has no value: "no such key: x", "division by zero". */
export class CelError extends Error {
  override name = 'CelError';
}

/** The evaluation was ended because it cost too much; nothing catches it but the caller. */
export class CelCostError extends Error {
  override name = 'CelCostError';
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}
