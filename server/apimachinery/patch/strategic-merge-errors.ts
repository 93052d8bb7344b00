/** What a strategic merge patch can get wrong, with the status and wording that kube-apiserver answers. */
import { failure, newBadRequest, type StatusError } from '../errors/status-error.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { GO_MAP, goTypeName, goValue } from './go-value.ts';

/** Most faults are a bare 500 upstream: a message without a reason. */
export function newPatchError(message: string): StatusError {
  return failure({ code: 500, reason: '', message });
}

export function newNoMergeKey(item: JsonObject, mergeKey: string): StatusError {
  return newPatchError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}

export function newWrongType(expected: 'list' | 'map', actual: JsonValue | undefined): StatusError {
  const goType = expected === 'list' ? '[]interface {}' : GO_MAP;
  return newPatchError(`expected a ${goType}, but received a ${goTypeName(actual)}`);
}

export function newUnknownDirective(directive: JsonValue | undefined, patch: JsonObject): StatusError {
  const type = goTypeName(directive);
  const shown =
    typeof directive === 'string' ? directive : directive === null ? type : `%!s(${type}=${goValue(directive)})`;
  return newPatchError(`unknown patch type: ${shown} in map: ${goValue(patch)}`);
}

export function newBadRetainKeys(): StatusError {
  return newBadRequest('invalid patch format of retainKeys');
}

export function newBadPrimitiveList(): StatusError {
  return newBadRequest('invalid patch format of primitive list');
}

export function newBadElementOrder(): StatusError {
  return newBadRequest('invalid patch format of setElementOrder list');
}

export function newListOfLists(): StatusError {
  return failure({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: {},
    cause: new Error('lists of lists are not supported'),
  });
}
