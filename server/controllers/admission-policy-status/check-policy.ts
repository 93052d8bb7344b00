/** What the expressions of a policy get wrong about the types that it is for. Pure. */
import { CelCompileError } from '../../apimachinery/cel/cel-error.ts';
import { type CelType, DYN } from '../../apimachinery/cel/cel-type.ts';
import { apiVersionOf, kindText } from '../../apimachinery/meta/object.ts';
import { compileExpression, type ExpressionScope } from '../../apis/admissionregistration/expressions.ts';
import type { ValidatingAdmissionPolicy } from '../../client/api-types.ts';
import type { Kind } from './schema-types.ts';

/** Kinds of one policy that are looked at. */
const maxKinds = 10;

export interface KnownKind extends Kind {
  /** Plural. */
  readonly resource: string;
}

export interface TypedKind extends Kind {
  readonly type: CelType;
}

export interface Warning {
  readonly fieldRef: string;
  readonly warning: string;
}

/** Those that the policy's rules name without a wildcard, in order. */
export function kindsOf({ spec }: ValidatingAdmissionPolicy, known: readonly KnownKind[]): KnownKind[] {
  const found = new Map<string, KnownKind>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of spec?.matchConstraints?.resourceRules ?? []) {
    if ([...apiGroups, ...apiVersions].some((text) => text.includes('*'))) continue;
    const named = resources.filter((resource) => !/[*/]/.test(resource));
    for (const each of known) {
      if (found.size >= maxKinds) break;
      const isNamed =
        apiGroups.includes(each.group) && apiVersions.includes(each.version) && named.includes(each.resource);
      if (isNamed) found.set(`${each.group}/${each.version}/${each.kind}`, each);
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

/** @param params undefined: the policy has none; dyn: of a type that nobody knows */
export function checkPolicy(
  { spec }: ValidatingAdmissionPolicy,
  { kinds, params }: { readonly kinds: readonly TypedKind[]; readonly params: CelType | undefined },
): Warning[] {
  const scopes = kinds.map((kind) => ({ kind, scope: scopeOf(spec?.variables ?? [], kind.type, params) }));
  const warnings: Warning[] = [];
  const check = (fieldRef: string, expression: string) => {
    const issues = scopes.flatMap(({ kind, scope }) => {
      const issue = issueOf(expression, scope);
      return issue === undefined ? [] : [`${kindText(apiVersionOf(kind), kind.kind)}: ${issue}\n`];
    });
    if (issues.length > 0) warnings.push({ fieldRef, warning: issues.join('\n') });
  };
  for (const [index, { expression, messageExpression = '' }] of (spec?.validations ?? []).entries()) {
    check(`spec.validations[${index}].expression`, expression);
    if (messageExpression !== '') check(`spec.validations[${index}].messageExpression`, messageExpression);
  }
  return warnings;
}

function scopeOf(
  variables: ReadonlyArray<{ readonly name: string; readonly expression: string }>,
  object: CelType,
  params: CelType | undefined,
): ExpressionScope {
  const types = new Map<string, CelType>();
  const scope = { hasParams: params !== undefined, hasAuthorizer: true, variables: types, object, params };
  // Each sees those before it.
  for (const { name, expression } of variables) types.set(name, typeOf(expression, scope));
  return scope;
}

function typeOf(expression: string, scope: ExpressionScope): CelType {
  try {
    return compileExpression(expression, scope).type;
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    return DYN;
  }
}

function issueOf(expression: string, scope: ExpressionScope): string | undefined {
  try {
    compileExpression(expression, scope);
    return undefined;
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    return error.message;
  }
}
