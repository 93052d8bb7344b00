/** CEL in admission policies and match conditions: what their expressions may use, and whether they compile to what is wanted. */
import { CelCompileError } from '../../apimachinery/cel/cel-error.ts';
import {
  BOOL,
  type CelType,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  type ObjectType,
  STRING,
  TIMESTAMP,
  declaredName,
  typeName,
} from '../../apimachinery/cel/cel-type.ts';
import { AUTHORIZER } from '../../apimachinery/cel/functions/authorizer.ts';
import type { CelProgram } from '../../apimachinery/cel/cel.ts';
import { loadCel } from '../../apimachinery/cel/load-cel.ts';
import { invalid } from '../../apimachinery/errors/field-error.ts';
import type { Errors } from '../validation/checks.ts';

export interface ExpressionScope {
  /** The policy has a paramKind. */
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
  /** The expression says how an object is changed. */
  readonly mutates?: boolean;
  /** Types of the policy's variables, as far as they are declared; unset: it has none. */
  readonly variables?: Map<string, CelType> | undefined;
  /** Types of what it is about, and of its parameters; unset: any. */
  readonly object?: CelType;
  readonly params?: CelType | undefined;
}

export const BOOLEAN_RESULT: readonly CelType[] = [BOOL];
export const TEXT_RESULT: readonly CelType[] = [STRING];
export const TEXT_OR_NULL_RESULT: readonly CelType[] = [STRING, NULL];
export const OBJECT_RESULT: readonly CelType[] = [objectType('Object', {})];
export const PATCH_RESULT: readonly CelType[] = [listOf(objectType('JSONPatch', {}))];
export const ANY_RESULT: readonly CelType[] = [];

const texts = listOf(STRING);
const textMap = mapOf(STRING, STRING);

const kind = objectType('kubernetes.GroupVersionKind', { group: STRING, version: STRING, kind: STRING });
const resource = objectType('kubernetes.GroupVersionResource', { group: STRING, version: STRING, resource: STRING });
const request = objectType('kubernetes.AdmissionRequest', {
  kind,
  resource,
  subResource: STRING,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: objectType('kubernetes.UserInfo', {
    username: STRING,
    uid: STRING,
    groups: texts,
    extra: mapOf(STRING, texts),
  }),
  dryRun: BOOL,
  options: DYN,
});
const condition = objectType('kubernetes.NamespaceCondition', {
  status: STRING,
  type: STRING,
  lastTransitionTime: TIMESTAMP,
  message: STRING,
  reason: STRING,
});
const namespace = objectType('kubernetes.Namespace', {
  metadata: objectType('kubernetes.NamespaceMetadata', {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: textMap,
    annotations: textMap,
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: texts,
  }),
  spec: objectType('kubernetes.NamespaceSpec', { finalizers: texts }),
  status: objectType('kubernetes.NamespaceStatus', { conditions: listOf(condition), phase: STRING }),
});

function objectType(name: string, fields: Readonly<Record<string, CelType>>): ObjectType {
  return {
    kind: 'object',
    name,
    field: (its) => (Object.hasOwn(fields, its) ? { name: its, type: fields[its] ?? DYN } : undefined),
  };
}

/** `results`: types of which the expression must have one; none: any will do. @returns the type, dyn where it does not compile */
export function checkExpression(
  source: string,
  scope: ExpressionScope,
  results: readonly CelType[],
  path: string,
  errors: Errors,
  shown = source,
): CelType {
  try {
    const { type } = compileExpression(source, scope);
    if (results.length === 0 || results.some((wanted) => typeName(wanted) === typeName(type))) return type;
    const names = results.map(declaredName);
    const wanted = names.length === 1 ? names[0] : `one of [${names.join(' ')}]`;
    errors.push(invalid(path, shown, `must evaluate to ${wanted} but got ${declaredName(type)}`));
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    errors.push(invalid(path, shown, `compilation failed: ${error.message}`));
  }
  return DYN;
}

/** @throws CelCompileError */
export function compileExpression(source: string, scope: ExpressionScope): CelProgram {
  const { compileCel, compileMutation } = loadCel();
  return (scope.mutates === true ? compileMutation : compileCel)(source, variablesOf(scope));
}

function variablesOf({
  hasParams,
  hasAuthorizer,
  variables,
  object = DYN,
  params = DYN,
}: ExpressionScope): Map<string, CelType> {
  const all = new Map<string, CelType>([
    ['object', object],
    ['oldObject', object],
    ['namespaceObject', namespace],
    ['request', request],
  ]);
  if (hasParams) all.set('params', params);
  if (hasAuthorizer) all.set('authorizer', AUTHORIZER);
  if (variables !== undefined) {
    const field: ObjectType['field'] = (name) => {
      const type = variables.get(name);
      return type === undefined ? undefined : { name, type };
    };
    all.set('variables', { kind: 'object', name: 'kubernetes.variables', field });
  }
  return all;
}
