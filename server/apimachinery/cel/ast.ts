/** Expressions of CEL, parsed. Positions are offsets into the source, in characters. */
import type { CelValue } from './values.ts';

/** Macros that loop over a list or the keys of a map. */
export type LoopKind =
  | 'all'
  | 'exists'
  | 'existsOne'
  | 'map'
  | 'filter'
  | 'sortBy'
  | 'transformList'
  | 'transformMap'
  | 'transformMapEntry';

export type Expression = { readonly at: number } & (
  | { readonly kind: 'literal'; readonly value: CelValue }
  /** `isAbsolute`: after a dot. */
  | { readonly kind: 'name'; readonly name: string; readonly isAbsolute?: true }
  | { readonly kind: 'select'; readonly operand: Expression; readonly field: string; readonly isOptional: boolean }
  | { readonly kind: 'has'; readonly operand: Expression; readonly field: string }
  | { readonly kind: 'index'; readonly operand: Expression; readonly index: Expression; readonly isOptional: boolean }
  /** Operators too, by names such as `_+_`. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly target: Expression | undefined;
      readonly args: readonly Expression[];
    }
  | { readonly kind: 'list'; readonly elements: readonly Element[] }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
  | { readonly kind: 'message'; readonly name: string; readonly fields: readonly MessageField[] }
  | {
      readonly kind: 'loop';
      readonly loop: LoopKind;
      readonly range: Expression;
      /** One, or two for index and value or key and value. */
      readonly variables: readonly string[];
      readonly condition: Expression | undefined;
      readonly result: Expression | undefined;
    }
  | {
      readonly kind: 'optMap';
      readonly target: Expression;
      readonly variable: string;
      readonly body: Expression;
      readonly isFlat: boolean;
    }
);

export interface Element {
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface Entry {
  readonly key: Expression;
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface MessageField {
  readonly name: string;
  readonly value: Expression;
  readonly isOptional: boolean;
  readonly at: number;
}
