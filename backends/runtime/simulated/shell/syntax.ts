/** Syntax trees of the built-in shell: the part of the POSIX shell that container commands are usually made of. */
export type WordPart =
  | { readonly type: 'text'; readonly text: string; readonly isQuoted: boolean }
  | {
      readonly type: 'parameter';
      readonly name: string;
      readonly operator: string;
      readonly word: Word;
      readonly isQuoted: boolean;
    }
  | { readonly type: 'command'; readonly list: List; readonly isQuoted: boolean }
  | { readonly type: 'arithmetic'; readonly expression: Word; readonly isQuoted: boolean };

export type Word = readonly WordPart[];

export interface Redirect {
  readonly from: number;
  readonly operator: '>' | '>>' | '<' | '>&';
  readonly target: Word;
}

export type Command =
  | {
      readonly type: 'simple';
      readonly assignments: readonly (readonly [string, Word])[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: 'group';
      readonly list: List;
      readonly isSubshell: boolean;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: 'if';
      readonly branches: readonly { readonly condition: List; readonly body: List }[];
      readonly otherwise: List;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: 'while';
      readonly condition: List;
      readonly until: boolean;
      readonly body: List;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: 'for';
      readonly name: string;
      /** Undefined: the positional parameters. */
      readonly words: readonly Word[] | undefined;
      readonly body: List;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: 'case';
      readonly subject: Word;
      readonly cases: readonly { readonly patterns: readonly Word[]; readonly body: List }[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly type: 'function'; readonly name: string; readonly body: Command };

export interface Pipeline {
  readonly isNegated: boolean;
  readonly commands: readonly Command[];
}

export interface ListItem {
  readonly pipeline: Pipeline;
  /** What stands before it: decides whether it runs. */
  readonly after: ';' | '&&' | '||';
  readonly isBackground: boolean;
}

export type List = readonly ListItem[];

/** A text that is not a command of this shell. */
export class ShellSyntaxError extends Error {
  override name = 'ShellSyntaxError';
}
