/** SubjectAccessReview, SelfSubjectAccessReview, LocalSubjectAccessReview: may they, may I? */
import { asObject, asText, asTexts } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';
import {
  validateLocalSubjectAccessReview,
  validateSelfSubjectAccessReview,
  validateSubjectAccessReview,
} from '../../../apis/authorization/validation.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import { reviewedAttributes } from '../../authorization/reviewed-attributes.ts';
import type { ResourceHandler } from '../handler-environment.ts';
import { reviewHandler } from './review.ts';

export const handleSubjectAccessReview: ResourceHandler = reviewHandler({
  validate: validateSubjectAccessReview,
  answer: ({ spec }, _ctx, { authorizer }) => decide(authorizer, asObject(spec), subjectOf(asObject(spec))),
});

export const handleLocalSubjectAccessReview: ResourceHandler = reviewHandler({
  validate: validateLocalSubjectAccessReview,
  answer: ({ spec }, _ctx, { authorizer }) => decide(authorizer, asObject(spec), subjectOf(asObject(spec))),
});

export const handleSelfSubjectAccessReview: ResourceHandler = reviewHandler({
  validate: validateSelfSubjectAccessReview,
  answer: ({ spec }, ctx, { authorizer }) => decide(authorizer, asObject(spec), ctx.state.user),
});

function subjectOf(spec: JsonObject): UserInfo {
  const extra = Object.entries(asObject(spec.extra)).map(([key, values]) => [key, asTexts(values)] as const);
  return {
    name: asText(spec.user),
    uid: asText(spec.uid),
    groups: asTexts(spec.groups),
    extra: Object.fromEntries(extra),
  };
}

async function decide(authorizer: Authorizer, spec: JsonObject, user: UserInfo): Promise<Pick<KubeObject, 'status'>> {
  const { attributes, problems } = reviewedAttributes(spec, user);
  const { decision, reason, error } = await authorizer.authorize(attributes);
  const evaluationError = [...(error === undefined ? [] : [error]), ...problems].join('; ');
  return {
    status: {
      allowed: decision === 'allow',
      ...(decision === 'deny' ? { denied: true } : {}),
      ...(reason === '' ? {} : { reason }),
      ...(evaluationError === '' ? {} : { evaluationError }),
    },
  };
}
