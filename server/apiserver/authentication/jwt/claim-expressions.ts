/** CEL on the claims of a token, and on the user that they make. */
import { CelCompileError, CelCostError, CelError } from '../../../apimachinery/cel/cel-error.ts';
import {
  type CelType,
  DYN,
  listOf,
  mapOf,
  type ObjectType,
  STRING,
  typeName,
} from '../../../apimachinery/cel/cel-type.ts';
import type { CelProgram } from '../../../apimachinery/cel/cel.ts';
import { loadCel } from '../../../apimachinery/cel/load-cel.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';

/** What an expression makes of claims or of a user, as JSON; a value that is none is undefined. @throws Error */
export type ClaimExpression = (value: JsonObject) => JsonValue | undefined;

export interface ValidationRule {
  readonly expression: string;
  readonly message: string;
  readonly holds: ClaimExpression;
}

type Variable = 'claims' | 'user';

const userFields: Readonly<Record<string, CelType>> = {
  username: STRING,
  uid: STRING,
  groups: listOf(STRING),
  extra: mapOf(STRING, listOf(STRING)),
};
const userType: ObjectType = {
  kind: 'object',
  name: 'kubernetes.UserInfo',
  field(name) {
    const type = Object.hasOwn(userFields, name) ? userFields[name] : undefined;
    return type === undefined ? undefined : { name, type };
  },
};
const typeOf: Readonly<Record<Variable, CelType>> = { claims: mapOf(STRING, DYN), user: userType };

/** @throws Error that says what is wrong with the expression */
export function compileExpression(expression: string, variable: Variable, wantsBool = false): ClaimExpression {
  const { celValueOf, compileCel, PER_CALL_LIMIT } = loadCel();
  const type = typeOf[variable];
  const program = compiled(() => compileCel(expression, new Map([[variable, type]])));
  if (wantsBool && program.type.kind !== 'bool') {
    throw new Error(`must evaluate to bool but got ${typeName(program.type)}`);
  }
  return (value) => {
    const shown = celValueOf(value, type);
    try {
      return plain(program.evaluate(new Map([[variable, () => shown]]), PER_CALL_LIMIT).value);
    } catch (error) {
      if (!(error instanceof CelError) && !(error instanceof CelCostError)) throw error;
      throw new Error(`expression '${expression}' resulted in error: ${error.message}`, { cause: error });
    }
  };
}

function compiled(compile: () => CelProgram): CelProgram {
  try {
    return compile();
  } catch (error) {
    if (error instanceof CelCompileError) throw new Error(`compilation failed: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Texts, truths and lists of texts are all that users are made of. */
function plain(value: unknown): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

export function userForExpressions({ name, uid, groups, extra }: UserInfo): JsonObject {
  const lists = Object.entries(extra).map(([key, values]): [string, string[]] => [key, [...values]]);
  return { username: name, uid, groups: [...groups], extra: Object.fromEntries(lists) };
}
