/** What admission policies ask of authorization: `authorizer.group('apps').resource('deployments').check('create').allowed()`. */
import { CelError } from '../cel-error.ts';
import { BOOL, type CelType, type ObjectType, opaque, STRING } from '../cel-type.ts';
import { type FunctionDeclaration, member } from '../function-table.ts';

const PATH_CHECK = opaque('kubernetes.authorization.PathCheck');
const GROUP_CHECK = opaque('kubernetes.authorization.GroupCheck');
const RESOURCE_CHECK = opaque('kubernetes.authorization.ResourceCheck');
const DECISION = opaque('kubernetes.authorization.Decision');

/** `requestResource`: the check of the resource that the request is for. */
export const AUTHORIZER: ObjectType = {
  kind: 'object',
  name: 'kubernetes.authorization.Authorizer',
  field: (name) => (name === 'requestResource' ? { name, type: RESOURCE_CHECK } : undefined),
};

function declare(name: string, args: readonly CelType[], result: CelType): FunctionDeclaration {
  return member(name, args, result, () => {
    throw new CelError(`no authorizer is at hand for ${name}`);
  });
}

export const authorizerFunctions: readonly FunctionDeclaration[] = [
  declare('path', [AUTHORIZER, STRING], PATH_CHECK),
  declare('group', [AUTHORIZER, STRING], GROUP_CHECK),
  declare('serviceAccount', [AUTHORIZER, STRING, STRING], AUTHORIZER),
  declare('resource', [GROUP_CHECK, STRING], RESOURCE_CHECK),
  ...['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'].map((name) =>
    declare(name, [RESOURCE_CHECK, STRING], RESOURCE_CHECK),
  ),
  declare('check', [PATH_CHECK, STRING], DECISION),
  declare('check', [RESOURCE_CHECK, STRING], DECISION),
  declare('errored', [DECISION], BOOL),
  declare('error', [DECISION], STRING),
  declare('allowed', [DECISION], BOOL),
  declare('reason', [DECISION], STRING),
];
