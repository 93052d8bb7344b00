import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { loadOrCreatePki } from '../../../cmd/pki.ts';
import { ManualClock } from '../../cacher/cacher-harness.ts';
import { InvalidCredential } from '../authenticator.ts';
import { compileExpression } from './claim-expressions.ts';
import { jwtAuthenticator, type JwtIssuer } from './jwt-authenticator.ts';

const noRemarks = { annotate: () => undefined, warn: () => undefined };

interface Key {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

async function newKey(id: string): Promise<Key> {
  return { id, ...(await generateKeyPair('RS256', { extractable: true })) };
}

/** An issuer on this machine: what it answers can be changed while it runs. */
class TestIssuer {
  keys: readonly Key[] = [];
  /** In place of its own documents. */
  answer: ((path: string) => string) | undefined;
  asked = 0;
  /** By who asked last for claims. */
  shown: string | undefined;
  /** What is answered below /claims/. */
  claims = new Map<string, string>();
  readonly certificateAuthority: string;
  readonly #server: Server;

  private constructor(pki: Awaited<ReturnType<typeof loadOrCreatePki>>) {
    this.certificateAuthority = pki.authority.certificate;
    this.#server = createServer({ cert: pki.serving.certificate, key: pki.serving.key }, (req, res) => {
      this.asked++;
      if (req.url?.startsWith('/claims/') === true) this.shown = req.headers.authorization;
      this.#document(req.url ?? '').then(
        (text) => res.end(text),
        () => res.destroy(),
      );
    });
  }

  static async start(): Promise<TestIssuer> {
    const pki = await loadOrCreatePki({ folder: undefined, hosts: ['localhost', '127.0.0.1'], now: Date.now() });
    const issuer = new TestIssuer(pki);
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #document(path: string): Promise<string> {
    if (this.answer !== undefined) return this.answer(path);
    const claims = this.claims.get(path);
    if (claims !== undefined) return claims;
    if (path !== '/keys') return JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/keys` });
    const keys = this.keys.map(async ({ id, publicKey }) => ({
      ...(await exportJWK(publicKey)),
      kid: id,
      alg: 'RS256',
    }));
    return JSON.stringify({ keys: await Promise.all(keys) });
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const clock = new ManualClock();
let issuer: TestIssuer;
let key: Key;
test.before(async () => {
  issuer = await TestIssuer.start();
  key = await newKey('one');
  issuer.keys = [key];
});
test.after.always(() => issuer?.stop());
test.afterEach.always(() => {
  issuer.answer = undefined;
});

function authenticatorFor(more: Partial<JwtIssuer> = {}) {
  return jwtAuthenticator({
    clock,
    apiAudiences: ['api'],
    issuer: {
      url: issuer.url,
      discoveryUrl: undefined,
      certificateAuthority: issuer.certificateAuthority,
      audiences: ['portico', 'other'],
      signingAlgorithms: ['RS256'],
      username: { claim: 'sub', prefix: 'oidc:' },
      groups: { claim: 'groups', prefix: 'oidc:' },
      uid: undefined,
      extra: [],
      claimRules: [],
      userRules: [],
      requiredClaims: new Map(),
      ...more,
    },
  });
}

interface TokenParts {
  readonly claims?: Record<string, unknown>;
  readonly by?: Key;
  /** Seconds from now. */
  readonly lives?: number;
}

async function tokenOf({ claims = {}, by = key, lives = 60 }: TokenParts = {}): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  return new SignJWT({ iss: issuer.url, aud: 'portico', sub: 'ann', exp: now + lives, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: by.id })
    .sign(by.privateKey);
}

/** The message of the refusal. */
async function refusal(token: string, more: Partial<JwtIssuer> = {}): Promise<string> {
  try {
    const known = await authenticatorFor(more).authenticateToken(token, ['api'], noRemarks);
    return `taken for ${known?.user.name ?? 'nobody'}`;
  } catch (error) {
    if (error instanceof InvalidCredential) return error.message;
    throw error;
  }
}

const badSignature = 'oidc: verify token: failed to verify signature: failed to verify id token signature';

test.serial('a token of the issuer names its user and groups, with their prefixes', async (t) => {
  const token = await tokenOf({ claims: { groups: ['a', 'b'], aud: ['x', 'other'] } });
  const known = await authenticatorFor().authenticateToken(token, ['api', 'elsewhere'], noRemarks);
  t.deepEqual(known, {
    user: { name: 'oidc:ann', uid: '', groups: ['oidc:a', 'oidc:b', 'system:authenticated'], extra: {} },
    audiences: ['api'],
  });
  t.is(await authenticatorFor().authenticateToken(token, ['elsewhere'], noRemarks), undefined);
  t.is(
    authenticatorFor().authenticateToken(await tokenOf({ claims: { iss: 'https://other' } }), ['api'], noRemarks),
    undefined,
  );
  t.is(authenticatorFor().authenticateToken('no.token', ['api'], noRemarks), undefined);
});

test.serial('tokens that are expired, early, for others or without their claims are refused', async (t) => {
  t.regex(await refusal(await tokenOf({ lives: -1 })), /^oidc: verify token: oidc: token is expired \(Token Expiry: /);
  t.regex(await refusal(await tokenOf({ claims: { exp: undefined } })), /token is expired/);
  const early = { nbf: Math.floor(clock.now() / 1000) + 3600 };
  t.regex(await refusal(await tokenOf({ claims: early })), /before the nbf/);
  t.is(
    await refusal(await tokenOf({ claims: { aud: ['x', 'y'] } })),
    'oidc: verify token: oidc: expected audience in ["other" "portico"] got ["x" "y"]',
  );
  const email = { username: { claim: 'email', prefix: '' } };
  t.is(await refusal(await tokenOf(), email), 'oidc: parse username claims "email": claim not present');
  const unverified = await tokenOf({ claims: { email: 'a@b', email_verified: false } });
  t.is(await refusal(unverified, email), 'oidc: email not verified');
  const required = { requiredClaims: new Map([['hd', 'example.com']]) };
  t.is(await refusal(await tokenOf(), required), 'oidc: required claim hd not present in ID token');
  t.regex(
    await refusal(await tokenOf({ claims: { hd: 'x' } }), required),
    /does not match\. Got = x, want = example\.com/,
  );
  t.is(await refusal(await tokenOf({ claims: { hd: 'example.com' } }), required), 'taken for oidc:ann');
  t.regex(await refusal(await tokenOf({ claims: { groups: [1] } })), /^oidc: parse groups claim "groups"/);
});

test.serial('tokens that somebody else has signed, or nobody, are refused', async (t) => {
  const stranger = await newKey('one');
  t.is(await refusal(await tokenOf({ by: stranger })), badSignature);
  const [header = '', payload = ''] = (await tokenOf()).split('.');
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const forged of [
    `${encode({ alg: 'none', kid: 'one' })}.${payload}.`,
    `${header}.${payload}.`,
    `${encode({ alg: 'HS256', kid: 'one' })}.${payload}.${encode('x')}`,
  ]) {
    t.is(await refusal(forged), badSignature);
  }
  t.is(await refusal(await tokenOf(), { signingAlgorithms: ['ES256'] }), badSignature);
});

test.serial('new keys of the issuer are found, and asked for no more than each ten seconds', async (t) => {
  const authenticator = authenticatorFor();
  const second = await newKey('two');
  const ask = async (by: Key) => {
    const token = await tokenOf({ by });
    const known = await Promise.resolve(authenticator.authenticateToken(token, ['api'], noRemarks)).catch(
      () => undefined,
    );
    return known?.user.name;
  };
  t.is(await ask(key), 'oidc:ann');
  issuer.keys = [key, second];
  const { asked } = issuer;
  t.is(await ask(second), undefined);
  t.is(await ask(second), undefined);
  t.is(issuer.asked, asked);
  clock.advance(11_000);
  t.is(await ask(second), 'oidc:ann');
  issuer.keys = [key];
});

test.serial('an issuer that is away, answers for another or without end names nobody', async (t) => {
  const answers: Array<(path: string) => string> = [
    () => 'no JSON',
    () => '{"issuer":"https://somebody.else","jwks_uri":""}',
    () => JSON.stringify({ issuer: issuer.url, jwks_uri: 'http://127.0.0.1:1/keys' }),
    () => `{"issuer":"${'x'.repeat(2 * 1024 * 1024)}"}`,
  ];
  for (const answer of answers) {
    issuer.answer = answer;
    t.is(await refusal(await tokenOf()), 'oidc: authenticator not initialized');
  }
  issuer.answer = undefined;
  // Another authority than the one that vouches for it.
  t.is(await refusal(await tokenOf(), { certificateAuthority: undefined }), 'oidc: authenticator not initialized');
});

test.serial('keys that are known stay good while the issuer is away', async (t) => {
  const authenticator = authenticatorFor();
  t.truthy(await authenticator.authenticateToken(await tokenOf(), ['api'], noRemarks));
  issuer.answer = () => 'gone';
  clock.advance(60_000);
  t.truthy(await authenticator.authenticateToken(await tokenOf(), ['api'], noRemarks));
});

test.serial('expressions on claims make users, and rules on claims and users refuse them', async (t) => {
  const claims = (text: string, wantsBool = false) => compileExpression(text, 'claims', wantsBool);
  const rule = (text: string, variable: 'claims' | 'user', message = '') => ({
    expression: text,
    message,
    holds: compileExpression(text, variable, true),
  });
  const mapped: Partial<JwtIssuer> = {
    username: { expression: claims('"corp:" + claims.sub') },
    groups: { expression: claims('claims.roles.split(",")') },
    uid: { expression: claims('claims.?id.orValue("none")') },
    extra: [
      { key: 'example.com/team', expression: claims('claims.team') },
      { key: 'example.com/none', expression: claims('""') },
    ],
    claimRules: [rule('claims.hd == "example.com"', 'claims', 'the domain is another')],
    userRules: [rule('!user.username.startsWith("corp:system:")', 'user', 'nobody is the system')],
  };
  const right = { roles: 'a,b', team: ['x', 'y'], hd: 'example.com' };
  const known = await authenticatorFor(mapped).authenticateToken(await tokenOf({ claims: right }), ['api'], noRemarks);
  t.deepEqual(known?.user, {
    name: 'corp:ann',
    uid: 'none',
    groups: ['a', 'b', 'system:authenticated'],
    extra: { 'example.com/team': ['x', 'y'] },
  });
  const refused = async (more: Record<string, unknown>, message: RegExp) =>
    t.regex(await refusal(await tokenOf({ claims: { ...right, ...more } }), mapped), message);
  await refused({ hd: 'evil.com' }, /validation expression 'claims\.hd == .*' failed: the domain is another$/);
  await refused({ sub: 'system:masters' }, /user info validation rule: .* failed: nobody is the system$/);
  await refused(
    { roles: 7 },
    /error evaluating group claim expression: expression 'claims\.roles\.split.* no such overload/,
  );
  await refused({ team: undefined }, /error evaluating extra claim expression: .*no such key: team/);
  const odd = async (username: string, message: RegExp) =>
    t.regex(await refusal(await tokenOf(), { username: { expression: claims(username) } }), message);
  await odd('""', /empty username via CEL expression is not allowed/);
  await odd('claims.exp', /username claim expression must return a string/);
  await odd(
    '[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c, [1,2,3,4,5,6,7,8,9,10].map(d, [1,2,3,4,5,6,7,8,9,10].map(e, [1,2,3,4,5,6,7,8,9,10].map(f, claims.sub)))))).size() > 0 ? "x" : "y"',
    /cost limit exceeded/,
  );
});

test.serial(
  'groups that a token leaves to somebody else are fetched, and believed only as signed by them',
  async (t) => {
    const at = (path: string) => `${issuer.url}/claims/${path}`;
    const leaving = (path: string, more: Record<string, unknown> = {}) => ({
      _claim_names: { groups: 'src' },
      _claim_sources: { src: { endpoint: at(path), access_token: 'f005ba11' } },
      ...more,
    });
    const right = await tokenOf({ claims: { groups: ['far', 'away'] } });
    const stranger = await newKey(key.id);
    const answers: Readonly<Record<string, string>> = {
      right,
      late: await tokenOf({ claims: { groups: ['far'] }, lives: -60 }),
      other: await tokenOf({ claims: { groups: ['far'], aud: 'others' } }),
      none: await tokenOf(),
      forged: await tokenOf({ claims: { groups: ['far'] }, by: stranger }),
      nonsense: 'nonsense',
    };
    for (const [path, answer] of Object.entries(answers)) issuer.claims.set(`/claims/${path}`, answer);
    const known = await authenticatorFor().authenticateToken(
      await tokenOf({ claims: leaving('right') }),
      ['api'],
      noRemarks,
    );
    t.deepEqual(known?.user.groups, ['oidc:far', 'oidc:away', 'system:authenticated']);
    t.is(issuer.shown, 'Bearer f005ba11');
    const told = async (claims: Record<string, unknown>) => refusal(await tokenOf({ claims }));
    const unexpanded = 'oidc: could not expand distributed claims: ';
    t.regex(
      await told(leaving('late')),
      new RegExp(`^${unexpanded}verify distributed claim token: .*token is expired`),
    );
    t.regex(
      await told(leaving('other')),
      /verify distributed claim token: .*expected audience in \["other" "portico"\]/,
    );
    t.regex(await told(leaving('none')), /did not contain claim: groups$/);
    t.regex(await told(leaving('forged')), /verify distributed claim token: .*failed to verify/);
    t.regex(await told(leaving('nonsense')), /getting untrusted issuer from endpoint .* failed for claim "groups"/);
    t.regex(await told({ _claim_names: { groups: 'src' } }), /oidc: no claim sources$/);
    t.regex(await told(leaving('right', { _claim_sources: {} })), /contained a source src missing in _claims_sources$/);
    const plain = { _claim_sources: { src: { endpoint: 'http://127.0.0.1:1/' } } };
    t.regex(await told(leaving('right', plain)), /while getting distributed claim "groups": .* is no https URL$/);
    const taken = /^taken for oidc:ann$/;
    t.regex(await told(leaving('none', { groups: ['near'] })), taken, 'what the token says itself comes first');
    t.regex(
      await told({ _claim_names: { other: 'src' }, _claim_sources: {} }),
      taken,
      'another claim is of no interest',
    );
    t.regex(await told(leaving('right', { _claim_sources: { src: { JWT: right } } })), taken);
  },
);
