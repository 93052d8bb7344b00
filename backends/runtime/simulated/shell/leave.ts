/** Leaves the script, a function or a loop of the built-in shell. */
export class Leave extends Error {
  readonly what: 'exit' | 'return' | 'break' | 'continue';
  /** Exit code, or of break and continue how many loops. */
  readonly code: number;

  constructor(what: Leave['what'], code: number) {
    super(what);
    this.what = what;
    this.code = code;
  }
}
