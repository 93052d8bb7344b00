/** What a case is made of: objects that are there, then kubectl commands, each with what it has to print. */
export interface Case {
  /** The claim. */
  readonly name: string;
  /** Objects that exist when the first step runs, made with `kubectl create`. */
  readonly given?: readonly Manifest[];
  readonly steps: readonly Step[];
  /** Files that commands name as "{files}/NAME". */
  readonly files?: { readonly [name: string]: string };
  /** The first minor version of kubectl 1 that has what the case uses; unset: all. */
  readonly since?: number;
  /** Commands that remove what lies outside the namespace; they may fail. */
  readonly afterwards?: readonly string[];
}

export type Step = Command | Watch;

/**
 * "{ns}" in every text stands for the namespace of the case: unique, kubectl's default namespace, and good as a part of
 * names of objects that have no namespace.
 */
export interface Command extends Expectation {
  /** Arguments of kubectl, split at blanks; single quotes keep blanks. */
  readonly run: string;
  /** Standard input; objects are sent as JSON, several as a List. */
  readonly stdin?: string | Manifest | readonly Manifest[];
  /** The program that `kubectl edit` gets as editor. */
  readonly editor?: string;
  /** Further variables of kubectl's environment. */
  readonly environment?: { readonly [name: string]: string };
}

/** A command that goes on while other steps run. */
export interface Watch extends Expectation {
  readonly watch: string;
  /** Lines to wait for before the other steps start. */
  readonly first: number;
  readonly during: readonly Command[];
  /** Lines in all, after which it is killed; unset: it has to end by itself. */
  readonly lines?: number;
}

export interface Expectation {
  /** How much it prints depends on who is quicker: where two servers are compared, only its exit code is. */
  readonly paced?: true;
  /** Exit code; unset: 0. */
  readonly exits?: number;
  /** Standard output. A text is compared as a whole, without white space at its ends; a pattern has to be found. */
  readonly prints?: Expected;
  /** Standard error; unset: anything. */
  readonly complains?: Expected;
  /** Standard output is a JSON or YAML object that has at least these fields; arrays are compared element by element. */
  readonly shows?: Fields | readonly unknown[];
}

export type Expected = string | RegExp | readonly RegExp[];
export type Fields = { readonly [name: string]: unknown };

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: Fields;
  readonly [field: string]: unknown;
}
