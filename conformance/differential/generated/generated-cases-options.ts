/** What is asked of those who make cases from a seed. */
export interface GeneratedCasesOptions {
  readonly seed: number;
  /** Of requests in all cases that are wanted, at least. */
  readonly count: number;
  /** Matches the names of the wanted cases. */
  readonly wanted: RegExp;
}
