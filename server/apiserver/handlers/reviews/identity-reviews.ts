/** TokenReview and SelfSubjectReview: whose token is this, who am I? */
import { joinErrors } from '../../../apimachinery/errors/aggregate.ts';
import { newBadRequest, newInternalError } from '../../../apimachinery/errors/status-error.ts';
import { asObject, asText, asTexts } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { formatTime } from '../../../apimachinery/meta/time.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';
import { InvalidCredential } from '../../authentication/authenticator.ts';
import type { AuthenticatedToken } from '../../authentication/token-authenticator.ts';
import type { ApiContext } from '../../request-context.ts';
import { RequestRemarks } from '../../request-remarks.ts';
import type { HandlerEnvironment, ResourceHandler } from '../handler-environment.ts';
import { reviewHandler } from './review.ts';

export const handleSelfSubjectReview: ResourceHandler = reviewHandler({
  answer: (_review, ctx, { clock }) => ({
    metadata: { creationTimestamp: formatTime(clock.now()) },
    status: { userInfo: userObject(ctx.state.user) },
  }),
});

export const handleTokenReview: ResourceHandler = reviewHandler({
  async answer({ spec, status }, ctx, { authentication }) {
    const { token, audiences } = asObject(spec);
    if (asText(token) === '') throw newBadRequest('token is required for TokenReview in authentication');
    const asked = asTexts(audiences);
    const wanted = asked.length === 0 ? authentication.audiences : asked;
    return {
      status: { user: {}, ...sentStatus(status), ...(await review(authentication, asText(token), { wanted, ctx })) },
    };
  },
});

/** Upstream writes its answer over what was sent, and leaves there what it has no answer to. */
function sentStatus(status: JsonValue | undefined): JsonObject {
  const { authenticated: _authenticated, ...sent } = asObject(status);
  return sent;
}

async function review(
  { tokens }: HandlerEnvironment['authentication'],
  token: string,
  { wanted, ctx }: { readonly wanted: readonly string[]; readonly ctx: ApiContext },
): Promise<JsonObject> {
  let known: AuthenticatedToken | undefined;
  try {
    known = await tokens.authenticateToken(token, wanted, new RequestRemarks(ctx));
  } catch (error) {
    if (!(error instanceof InvalidCredential)) throw newInternalError(error);
    // Upstream asks twice, and the second time says only that it is wrong.
    return { error: joinErrors(['invalid bearer token', error.message]) };
  }
  if (known === undefined) return { error: 'invalid bearer token' };
  return { authenticated: true, user: userObject(known.user), audiences: [...known.audiences] };
}

function userObject({ name, uid, groups, extra }: UserInfo): JsonObject {
  const fields = Object.entries(extra).map(([key, values]): [string, JsonValue] => [key, [...values]]);
  return {
    ...(name === '' ? {} : { username: name }),
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(fields.length === 0 ? {} : { extra: Object.fromEntries(fields) }),
  };
}
