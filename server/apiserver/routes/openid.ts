/** /.well-known/openid-configuration and /openid/v1/jwks: how others verify the tokens of this server's service accounts. */
import { keysPath, type TokenIssuer } from '../authentication/service-account/token-issuer.ts';
import { newMethodNotAllowed } from '../../apimachinery/errors/status-error.ts';
import { negotiate } from '../negotiation/accept.ts';
import { endpoints } from '../negotiation/endpoint.ts';
import { mediaJson, mediaKeySet } from '../negotiation/media-types.ts';
import { writeAnswer } from '../negotiation/write-response.ts';
import type { ApiContext } from '../request-context.ts';

/** Seconds for which clients may keep the documents: keys change with a restart. */
const maxAge = 3600;

/** `address` is this server's, as host:port. */
export async function serveOpenId(ctx: ApiContext, issuer: TokenIssuer, address: string): Promise<void> {
  if (ctx.method !== 'GET') throw newMethodNotAllowed();
  const isKeys = ctx.state.info.path.startsWith(keysPath);
  negotiate(ctx.req.headers.accept, isKeys ? endpoints.keySets : endpoints.jsonAlone);
  await writeAnswer(ctx, {
    status: 200,
    contentType: isKeys ? mediaKeySet : mediaJson,
    body: JSON.stringify(isKeys ? issuer.keySet() : issuer.openIdConfiguration(address)),
    headers: { 'cache-control': `public, max-age=${maxAge}` },
  });
}
