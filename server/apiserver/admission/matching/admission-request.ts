/** What is told of a request to webhooks (in their review) and to expressions (as `request`). */
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';
import type { VersionedRequest } from './versioned-request.ts';

/** Without uid and objects; what is empty is left out. */
export function admissionRequest({ attributes, own, seen }: VersionedRequest): JsonObject {
  const { subresource, name, namespace, operation, user, dryRun } = attributes;
  return {
    kind: { ...kindOnly(seen.kind) },
    resource: { ...seen.resource },
    ...(subresource === '' ? {} : { subResource: subresource }),
    requestKind: { ...kindOnly(own.kind) },
    requestResource: { ...own.resource },
    ...(subresource === '' ? {} : { requestSubResource: subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userInfo(user),
    dryRun,
    options: attributes.options() ?? null,
  };
}

function kindOnly({ group, version, kind }: VersionedRequest['seen']['kind']): JsonObject {
  return { group, version, kind };
}

function userInfo({ name, uid, groups, extra }: UserInfo): JsonObject {
  const keys = Object.keys(extra);
  return {
    ...(name === '' ? {} : { username: name }),
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(keys.length === 0 ? {} : { extra: Object.fromEntries(keys.map((key) => [key, [...(extra[key] ?? [])]])) }),
  };
}
