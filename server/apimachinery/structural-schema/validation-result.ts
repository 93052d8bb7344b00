/** What a walk of validation has found. Results of alternatives are compared by how much of each matched. */
import {
  type FieldError,
  type FieldErrorType,
  formatBadValue,
  invalid,
  notSupportedText,
  required,
  tooLong,
  tooMany,
} from '../errors/field-error.ts';
import type { JsonValue } from '../json.ts';
import { sortedThroughout } from '../schema/canonical.ts';

/** `isWhole`: of the value as a whole (anyOf, number ranges), which upstream reports without a field. */
interface Problem {
  readonly kind: 'required' | 'enum' | 'tooLong' | 'tooMany' | 'type' | 'invalid' | 'whole';
  readonly path: string;
  /** Two problems with the same text are one. */
  readonly text: string;
  readonly value?: JsonValue;
  readonly values?: readonly JsonValue[];
  readonly limit?: number;
}

export class ValidationResult {
  readonly problems: Problem[] = [];
  matches = 0;

  get isValid(): boolean {
    return this.problems.length === 0;
  }

  add(problem: Problem): void {
    if (!this.problems.some(({ text }) => text === problem.text)) this.problems.push(problem);
  }

  merge(other: ValidationResult): void {
    this.matches += other.matches;
    for (const problem of other.problems) this.add(problem);
  }

  /** Forgets the problems found since: they are old ones. */
  forgetFrom(count: number): void {
    this.problems.length = count;
  }

  /** `root` is the path of the value that was validated: '' or "status". */
  fieldErrors(root: string): FieldError[] {
    return this.problems.map((problem) => toFieldError(problem, root));
  }
}

function toFieldError(problem: Problem, root: string): FieldError {
  const { kind, path, text, value, values = [], limit = -1 } = problem;
  const inner = path.startsWith('.') ? path.slice(1) : path;
  const joined = inner === '' ? root : root === '' ? inner : `${root}.${inner}`;
  const field = joined === '' ? '<nil>' : joined;
  switch (kind) {
    case 'required':
      return required(field);
    case 'enum': {
      const shown = values.map((allowed) =>
        typeof allowed === 'string' ? allowed : JSON.stringify(sortedThroughout(allowed)),
      );
      return notSupportedText(field, value, shown);
    }
    case 'tooLong':
      return tooLong(field, limit);
    case 'tooMany':
      return tooMany(field, Number(value), limit);
    case 'type':
      return withType('FieldValueTypeInvalid', field, value ?? '', text);
    case 'whole':
      return invalid(root === '' ? '<nil>' : root, '', text);
    case 'invalid':
      return invalid(field, value ?? '', text);
  }
}

function withType(type: FieldErrorType, field: string, value: JsonValue, text: string): FieldError {
  return { type, field, message: `Invalid value: ${formatBadValue(value)}: ${text}` };
}
