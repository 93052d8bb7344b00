import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import test from 'ava';
import { loadOrCreatePki } from '../../cmd/pki.ts';
import { InvalidCredential } from '../authentication/authenticator.ts';
import { webhookTokenAuthenticator } from '../authentication/webhook-tokens.ts';
import { asks, userNamed } from '../authorization/rbac/rbac-harness.ts';
import { AuthorizationMetrics } from '../authorization/authorization-metrics.ts';
import { webhookAuthorizer } from '../authorization/webhook-authorizer.ts';
import { ManualClock } from '../cacher/cacher-harness.ts';
import { ReviewWebhook } from './review-webhook.ts';

const noRemarks = { annotate: () => undefined, warn: () => undefined };

interface Received {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: Record<string, unknown>;
  readonly authorization: string | undefined;
}

/** The reviews that came, and what they are answered with. */
const received: Received[] = [];
let answer: { code: number; status: unknown } = { code: 201, status: {} };
/** In place of that. */
let misbehave: ((res: ServerResponse) => void) | undefined;
let server: Server;
let authority: string;
test.before(async () => {
  const pki = await loadOrCreatePki({ folder: undefined, hosts: ['localhost', '127.0.0.1'], now: Date.now() });
  authority = pki.authority.certificate;
  server = createServer({ cert: pki.serving.certificate, key: pki.serving.key }, (req, res) => {
    void json(req).then((body) => {
      received.push({ ...(body as Received), authorization: req.headers.authorization });
      if (misbehave !== undefined) return misbehave(res);
      res.statusCode = answer.code;
      return res.end(JSON.stringify({ status: answer.status }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
test.after.always(() => server?.close());
test.beforeEach(() => {
  received.length = 0;
  misbehave = undefined;
});

/** Waits take no time. */
class HastyClock extends ManualClock {
  override after(milliseconds: number, callback: () => void): () => void {
    if (milliseconds < 5_000) setImmediate(callback);
    return () => undefined;
  }
}

function set(more: { token?: string; authority?: string | undefined } = {}) {
  const clock = new HastyClock();
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/review`;
  const tls = { authority: 'authority' in more ? more.authority : authority };
  const webhook = new ReviewWebhook({
    url,
    tls,
    authorization: () => (more.token === undefined ? undefined : `Bearer ${more.token}`),
    clock,
  });
  return {
    clock,
    authorizer: (version = 'v1') =>
      webhookAuthorizer({
        name: 'hook',
        webhook,
        version,
        allowedFor: 60_000,
        refusedFor: 1_000,
        matches: () => true,
        onFailure: 'no opinion',
        metrics: new AuthorizationMetrics(),
      }),
    tokens: webhookTokenAuthenticator({ webhook, version: 'v1', knownFor: 60_000, apiAudiences: ['api'] }),
  };
}

const question = asks({ ...userNamed('ann', 'crew'), extra: { a: ['b'] } }, 'list', {
  resource: 'pods',
  namespace: 'x',
  group: '',
});

test.serial('a review says who asks for what, and its answer decides', async (t) => {
  answer = { code: 201, status: { allowed: true, reason: 'because' } };
  const narrowed = { ...question, fieldSelector: [{ field: 'a', operator: '!=' as const, value: 'b' }] };
  t.like(await set({ token: 'secret' }).authorizer().authorize(narrowed), { decision: 'allow', reason: 'because' });
  t.like(received[0], {
    kind: 'SubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    authorization: 'Bearer secret',
  });
  const fieldSelector = { requirements: [{ key: 'a', operator: 'NotIn', values: ['b'] }] };
  t.deepEqual(received[0]?.spec, {
    resourceAttributes: { namespace: 'x', verb: 'list', version: 'v1', resource: 'pods', fieldSelector },
    user: 'ann',
    groups: ['crew'],
    extra: { a: ['b'] },
  });
  answer = { code: 200, status: { allowed: false, denied: true } };
  t.like(
    await set()
      .authorizer('v1beta1')
      .authorize(asks(userNamed('ann', 'crew'), 'get', { path: '/x' })),
    {
      decision: 'deny',
    },
  );
  t.deepEqual(received[1]?.spec, { nonResourceAttributes: { path: '/x', verb: 'get' }, user: 'ann', group: ['crew'] });
  answer = { code: 200, status: { reason: 'unsure' } };
  t.like(await set().authorizer().authorize(question), { decision: 'no opinion', reason: 'unsure' });
});

test.serial('answers count for their time', async (t) => {
  const { authorizer, clock } = set();
  const asked = authorizer();
  answer = { code: 201, status: { allowed: true } };
  await asked.authorize(question);
  t.like(asked.authorize(question), { decision: 'allow' });
  t.is(received.length, 1);
  clock.advance(61_000);
  answer = { code: 201, status: { allowed: false } };
  await asked.authorize(question);
  t.is(received.length, 2);
  clock.advance(2_000);
  await asked.authorize(question);
  t.is(received.length, 3);
});

test.serial(
  'a webhook that cannot answer is asked five times and then has no opinion, and its reason is told',
  async (t) => {
    answer = { code: 503, status: {} };
    t.like(await set().authorizer().authorize(question), { decision: 'no opinion' });
    t.is(received.length, 5);
    answer = { code: 403, status: {} };
    t.regex((await set().authorizer().authorize(question)).error ?? '', /answered 403$/);
    t.is(received.length, 6);
    answer = { code: 201, status: { allowed: true } };
    t.like(await set({ authority: undefined }).authorizer().authorize(question), { decision: 'no opinion' });
  },
);

test.serial('tokens that a webhook knows name their users, for the audiences that it says', async (t) => {
  const user = { username: 'ann', uid: '1', groups: ['crew'], extra: { a: ['b'] } };
  answer = { code: 201, status: { authenticated: true, user } };
  t.deepEqual(await set().tokens.authenticateToken('t', ['api', 'x'], noRemarks), {
    user: { name: 'ann', uid: '1', groups: ['crew', 'system:authenticated'], extra: { a: ['b'] } },
    audiences: ['api'],
  });
  t.deepEqual(received[0]?.spec, { token: 't', audiences: ['api', 'x'] });
  answer = { code: 201, status: { authenticated: true, user, audiences: ['y'] } };
  t.is(await set().tokens.authenticateToken('t', ['api'], noRemarks), undefined);
  answer = { code: 201, status: { authenticated: false } };
  t.is(await set().tokens.authenticateToken('t', ['api'], noRemarks), undefined);
  answer = { code: 201, status: { error: 'stolen' } };
  await t.throwsAsync(async () => set().tokens.authenticateToken('t', ['api'], noRemarks), {
    instanceOf: InvalidCredential,
    message: 'stolen',
  });
});

test.serial(
  'a webhook that lies, redirects, breaks off or answers without end allows nothing and names nobody',
  async (t) => {
    const yes =
      '{"status":{"allowed":true,"authenticated":true,"user":{"username":"root","groups":["system:masters"]}}}';
    const behaviours: Readonly<Record<string, (res: ServerResponse) => void>> = {
      'no JSON': (res) => void res.end('<html>yes</html>'),
      'no object': (res) => void res.end('[true]'),
      'no status': (res) => void res.end('{"kind":"SubjectAccessReview"}'),
      'a status of another type': (res) => void res.end('{"status":"allowed"}'),
      'an answer that is no yes': (res) => void res.end('{"status":{"allowed":"true","authenticated":"true"}}'),
      'a yes under a code that is none': (res) => void res.writeHead(202).end(yes),
      'a redirection': (res) => void res.writeHead(307, { location: '/elsewhere' }).end(yes),
      'an answer that breaks off': (res) => {
        res.writeHead(200, { 'content-length': '1000' }).write(yes);
        setImmediate(() => res.destroy());
      },
      'an answer without end': (res) => {
        res.writeHead(200);
        const more = () => {
          while (!res.destroyed && res.write('{"status":{"allowed":true},'.repeat(1000)));
        };
        res.on('drain', more);
        res.on('error', () => undefined);
        more();
      },
    };
    for (const [name, behave] of Object.entries(behaviours)) {
      misbehave = behave;
      const { decision } = await set().authorizer().authorize(question);
      t.is(decision, 'no opinion', name);
      const known = await Promise.resolve(set().tokens.authenticateToken('t', ['api'], noRemarks)).catch(
        (error: unknown) => {
          t.true(error instanceof InvalidCredential, `${name}: ${String(error)}`);
          return undefined;
        },
      );
      t.is(known, undefined, name);
    }
  },
);
