/** AuthorizationConfiguration and AuthenticationConfiguration: what they say is done, what makes no sense ends the start, and changes are followed. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { stringify } from 'yaml';
import { asks, userNamed } from '../../server/apiserver/authorization/rbac/rbac-harness.ts';
import { ManualClock } from '../../server/apiserver/cacher/cacher-harness.ts';
import { parseAuthenticationConfig } from '../../server/cmd/authentication-config.ts';
import { composeAuthorization } from '../../server/cmd/authorization.ts';
import { followIssuers } from '../../server/cmd/followed-issuers.ts';
import { startPortico } from '../../server/cmd/start-portico.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startOther, startTrusted } from './trusted-server.ts';

interface Review {
  readonly spec: { readonly user: string; readonly resourceAttributes?: { readonly resource: string } };
}

const apiVersion = 'apiserver.config.k8s.io/v1';
const get = (path: string) => ({ method: 'GET', path });
const secrets = get('/api/v1/namespaces/default/secrets');
const configMaps = get('/api/v1/namespaces/default/configmaps');

function webhook(kubeConfigFile: string, more: object = {}) {
  return {
    timeout: '3s',
    subjectAccessReviewVersion: 'v1',
    matchConditionSubjectAccessReviewVersion: 'v1',
    failurePolicy: 'NoOpinion',
    connectionInfo: { type: 'KubeConfigFile', kubeConfigFile },
    ...more,
  };
}

const named = (name: string, settings: object) => ({ type: 'Webhook', name, webhook: settings });
const text = (authorizers: readonly object[]) =>
  stringify({ apiVersion, kind: 'AuthorizationConfiguration', authorizers });

test('webhooks are asked in their order about what their conditions fit, and fail as they are to', async (t) => {
  const asked: Array<readonly [string, string, string]> = [];
  const hook = async (name: string, answer: (review: Review) => object | undefined) => {
    const other = await startOther((body, res) => {
      const review = JSON.parse(body) as Review;
      asked.push([name, review.spec.user, review.spec.resourceAttributes?.resource ?? '']);
      const status = answer(review);
      if (status === undefined) res.writeHead(403).end();
      else res.end(JSON.stringify({ status }));
    });
    t.teardown(() => other.close());
    return other.kubeconfig;
  };
  const strict = await hook('strict', ({ spec }) => ({
    allowed: false,
    denied: spec.user === 'joe',
    reason: 'not Joe',
  }));
  const kind = await hook('kind', () => ({ allowed: true }));
  const broken = await hook('broken', () => undefined);
  const authorizationConfig = join(await temporaryFolder('portico-authorization'), 'config.yaml');
  const matching = (expression: string) => ({ matchConditions: [{ expression }] });
  await writeFile(
    authorizationConfig,
    text([
      named('strict', webhook(strict, matching("request.resourceAttributes.resource == 'secrets'"))),
      named(
        'broken',
        webhook(broken, {
          ...matching('request.user == "jane" && has(request.nonResourceAttributes)'),
          failurePolicy: 'Deny',
        }),
      ),
      { type: 'RBAC', name: 'rbac' },
      named(
        'kind',
        webhook(kind, matching('"crew" in request.groups && request.resourceAttributes.namespace == "default"')),
      ),
    ]),
  );
  const server = await startTrusted({ authorizationConfig });
  t.teardown(() => server.stop());

  const joe = await server.ask('joe', secrets);
  t.is(joe.status, 403);
  t.regex(joe.text, /not Joe/);
  t.is((await server.ask('jane', secrets)).status, 200);
  t.is((await server.ask('jane', configMaps)).status, 200);
  const byPeople = asked.filter(([, user]) => user === 'jane' || user === 'joe');
  t.deepEqual(byPeople, [
    ['strict', 'joe', 'secrets'],
    ['strict', 'jane', 'secrets'],
    ['kind', 'jane', 'secrets'],
    ['kind', 'jane', 'configmaps'],
  ]);
  const refused = await server.ask('jane', get('/metrics'));
  t.is(refused.status, 500);
  t.is((await server.ask('joe', get('/metrics'))).status, 500, 'a condition that cannot be told is a failure too');
  t.is((await server.ask('joe', get('/api/v1/nodes'))).status, 403);
  const metrics = (await server.ask('admin', get('/metrics'))).text;
  for (const line of [
    /apiserver_authorization_decisions_total\{decision="denied",name="strict",type="Webhook"\} 1/,
    /apiserver_authorization_decisions_total\{decision="allowed",name="kind",type="Webhook"\} 2/,
    /apiserver_authorization_webhook_evaluations_total\{name="broken",result="error"\} 1/,
    /apiserver_authorization_match_condition_exclusions_total\{name="strict",type="Webhook"\} /,
    /apiserver_authorization_match_condition_evaluation_errors_total\{name="kind",type="Webhook"\} /,
  ]) {
    t.regex(metrics, line);
  }
});

test('a configuration that makes no sense ends the start', async (t) => {
  const file = join(await temporaryFolder('portico-authorization'), 'config.yaml');
  const refused = async (authorizers: readonly object[], message: RegExp) => {
    await writeFile(file, text(authorizers));
    await t.throwsAsync(startPortico({ storage: 'memory:', authorizationConfig: file }), { message });
  };
  const rbac = { type: 'RBAC', name: 'rbac' };
  const hook = (more: object) => [named('hook', webhook('/nowhere', more))];
  await refused([], /authorizers: Required value: at least one authorization mode must be defined/);
  await refused([{ name: 'x' }], /authorizers\[0\]\.type: Required value/);
  await refused([{ type: 'ABAC', name: 'x' }], /Unsupported value: "ABAC"/);
  await refused([rbac, { ...rbac, name: 'again' }], /authorizers\[1\]\.type: Duplicate value: "RBAC"/);
  await refused([{ type: 'RBAC', name: 'R_' }], /authorizer name is invalid/);
  await refused([{ ...rbac, webhook: {} }], /may only be specified when type=Webhook/);
  await refused([{ type: 'Webhook', name: 'x' }], /required when type=Webhook/);
  await refused(hook({ timeout: '31s' }), /timeout: Invalid value: "31s": must be > 0s and <= 30s/);
  await refused(hook({ timeout: undefined }), /timeout: Required value/);
  await refused(hook({ authorizedTTL: '-1s' }), /authorizedTTL: .*must be > 0s/);
  await refused(hook({ failurePolicy: 'Open' }), /failurePolicy: Unsupported value: "Open"/);
  await refused(hook({ subjectAccessReviewVersion: 'v2' }), /subjectAccessReviewVersion: Unsupported value/);
  await refused(hook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: 'x' } }), /must be an absolute path/);
  await refused(hook({ connectionInfo: { type: 'InClusterConfig' } }), /InClusterConfig is not for API servers/);
  await refused(hook({}), /--authorization-config \/nowhere cannot be read/);
  await refused(hook({ matchConditions: [{ expression: ' ' }] }), /matchConditions\[0\]\.expression: Required value/);
  await refused(hook({ matchConditions: [{ expression: 'request.user' }] }), /must evaluate to bool but got string/);
  await refused(
    hook({ matchConditions: [{ expression: 'request.name == ""' }] }),
    /compilation failed: .*undefined field 'name'/,
  );
  const twice = { matchConditions: [{ expression: 'true' }, { expression: 'true' }] };
  await refused(hook(twice), /matchConditions\[1\]\.expression: Duplicate value/);
  await writeFile(file, text([rbac]));
  const both = startPortico({ storage: 'memory:', authorizationConfig: file, authorizationMode: 'RBAC' });
  await t.throwsAsync(both, { message: /can not be specified when --authorization-mode/ });
});

test('an issuer that makes no sense ends the start', async (t) => {
  const file = join(await temporaryFolder('portico-authentication'), 'config.yaml');
  const issuer = { url: 'https://issuer.example.com', audiences: ['me'] };
  const claimMappings = { username: { claim: 'sub', prefix: '' } };
  const refused = async (more: object, message: RegExp) => {
    const jwt = [{ issuer, claimMappings, ...more }];
    await writeFile(file, stringify({ apiVersion, kind: 'AuthenticationConfiguration', jwt }));
    await t.throwsAsync(startPortico({ storage: 'memory:', authenticationConfig: file }), { message });
  };
  const mapping = (more: object) => ({ claimMappings: { ...claimMappings, ...more } });
  await refused({ issuer: { ...issuer, audiences: ['a', 'b'] } }, /must be MatchAny for multiple audiences/);
  await refused({ issuer: { ...issuer, url: 'http://x' } }, /is not an https URL/);
  await refused({ issuer: { ...issuer, discoveryURL: `${issuer.url}/` } }, /must be different from URL/);
  await refused(mapping({ username: {} }), /username: claim or expression is required/);
  await refused(mapping({ username: { claim: 'sub' } }), /prefix is required when claim is set/);
  await refused(mapping({ username: { claim: 'a', expression: 'b' } }), /claim and expression can't both be set/);
  await refused(
    mapping({ username: { expression: 'claims.sub', prefix: 'x' } }),
    /may not be specified when expression is set/,
  );
  await refused(mapping({ username: { expression: 'claims.email' } }), /claims\.email_verified must be used/);
  await refused(mapping({ groups: { expression: 'claims.' } }), /groups\.expression: compilation failed/);
  await refused(mapping({ extra: [{ key: 'team', valueExpression: '"x"' }] }), /must be a domain-prefixed path/);
  await refused(mapping({ extra: [{ key: 'a.k8s.io/x', valueExpression: '"x"' }] }), /reserved for Kubernetes use/);
  await refused({ claimValidationRules: [{ expression: 'claims.a' }] }, /must evaluate to bool but got dyn/);
  await refused({ userValidationRules: [{ expression: 'user.name == ""' }] }, /undefined field 'name'/);
  await refused({ claimValidationRules: [{}] }, /claim or expression is required/);
});

test('changes of webhooks are followed, and what is wrong changes nothing', async (t) => {
  const allowing = await startOther((_body, res) => void res.end(JSON.stringify({ status: { allowed: true } })));
  t.teardown(() => allowing.close());
  const authorizationConfig = join(await temporaryFolder('portico-authorization'), 'config.yaml');
  const nobody = { type: 'AlwaysDeny', name: 'nobody' };
  await writeFile(authorizationConfig, text([nobody]));
  const clock = new ManualClock();
  const said: string[] = [];
  let tell = () => {};
  const log = ({ message }: { readonly message: string }) => {
    said.push(message);
    tell();
  };
  const options = { authorizationConfig, authorizationMode: 'Node,RBAC' };
  const composed = await composeAuthorization(options, { clock, log });
  t.teardown(() => composed.stop());
  const { authorizer, metrics } = composed.authorization(() => {
    throw new Error('nothing is read');
  });
  const question = asks(userNamed('jane', 'crew'), 'get', { resource: 'pods', namespace: 'x', group: '' });
  const decision = async () => (await authorizer.authorize(question)).decision;
  const change = async (authorizers: readonly object[]) => {
    const told = new Promise<void>((resolve) => (tell = resolve));
    await writeFile(authorizationConfig, text(authorizers));
    clock.advance(10_000);
    await told;
  };
  t.is(await decision(), 'no opinion');
  await change([{ type: 'AlwaysAllow', name: 'all' }]);
  t.regex(said[0] ?? '', /only webhooks can change while the server runs/);
  t.is(await decision(), 'no opinion');
  await change([nobody, named('hook', webhook(allowing.kubeconfig))]);
  t.regex(said[1] ?? '', /the new configuration is used/);
  t.is(await decision(), 'allow');
  t.regex(
    metrics.render(),
    /automatic_reloads_total\{status="failure"\} 1\n.*automatic_reloads_total\{status="success"\} 1/,
  );
});

test('changes of issuers are followed; who may stay anonymous does not change while the server runs', async (t) => {
  const file = join(await temporaryFolder('portico-authentication'), 'config.yaml');
  const jwt = (url: string) => ({
    issuer: { url, audiences: ['me'] },
    claimMappings: { username: { claim: 'sub', prefix: '' } },
  });
  const configuration = (urls: readonly string[], more: object = {}) =>
    stringify({ apiVersion, kind: 'AuthenticationConfiguration', jwt: urls.map(jwt), ...more });
  const [first, second] = ['https://127.0.0.1:1', 'https://127.0.0.1:2'];
  const before = configuration([first]);
  await writeFile(file, before);
  const clock = new ManualClock();
  const said: string[] = [];
  let tell = () => {};
  let stop = () => {};
  const tokens = followIssuers({
    config: {
      ...parseAuthenticationConfig(before, file),
      allowsAnonymous: () => true,
      file: { path: file, text: before },
    },
    serviceAccountIssuers: ['https://kubernetes.default.svc'],
    apiAudiences: ['api'],
    clock,
    log: ({ message }) => {
      said.push(message);
      tell();
    },
    onStop: (end) => (stop = end),
  });
  t.teardown(() => stop());
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const remarks = { annotate: () => undefined, warn: () => undefined };
  /** A token of an issuer that is known is looked into, and found wrong. */
  const isKnown = async (iss: string) => {
    const answer = tokens.authenticateToken(`${part({ alg: 'RS256' })}.${part({ iss })}.x`, ['api'], remarks);
    return (await Promise.resolve(answer).catch(() => 'wrong')) === 'wrong';
  };
  const change = async (text: string) => {
    const told = new Promise<void>((resolve) => (tell = resolve));
    await writeFile(file, text);
    clock.advance(10_000);
    await told;
    return said.at(-1) ?? '';
  };
  t.deepEqual([await isKnown(first), await isKnown(second)], [true, false]);
  t.regex(await change(configuration([first, second])), /the new configuration is used/);
  t.deepEqual([await isKnown(first), await isKnown(second)], [true, true]);
  t.regex(
    await change(configuration([second], { anonymous: { enabled: true } })),
    /anonymous: Forbidden: changed from/,
  );
  t.regex(await change(configuration(['https://kubernetes.default.svc'])), /issuer of service account tokens/);
  t.regex(await change('jwt: ['), /the configuration stays as it was/);
  t.deepEqual([await isKnown(first), await isKnown(second)], [true, true]);
  t.regex(await change(configuration([second])), /the new configuration is used/);
  t.deepEqual([await isKnown(first), await isKnown(second)], [false, true]);
});

test('webhooks are logged in to as the users of a kubeconfig who are named after them', async (t) => {
  const shown: string[] = [];
  const other = await startOther((body, res, req) => {
    shown.push(req.headers.authorization ?? 'nobody');
    const { uid } = (JSON.parse(body) as { request: { uid: string } }).request;
    const response = { uid, allowed: true };
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
  });
  t.teardown(() => other.close());
  const folder = await temporaryFolder('portico-logins');
  const kubeConfigFile = join(folder, 'logins');
  const admissionControlConfigFile = join(folder, 'admission.yaml');
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'first\n');
  const { host } = new URL(other.url);
  const logins = (users: readonly object[]) => writeFile(kubeConfigFile, stringify({ users }));
  const kind = 'WebhookAdmissionConfiguration';
  const configured = (path: string) =>
    writeFile(
      admissionControlConfigFile,
      stringify({
        apiVersion,
        kind: 'AdmissionConfiguration',
        plugins: [{ name: 'ValidatingAdmissionWebhook', configuration: { apiVersion, kind, kubeConfigFile: path } }],
      }),
    );
  const refused = (message: RegExp) =>
    t.throwsAsync(startPortico({ storage: 'memory:', admissionControlConfigFile }), { message });
  await configured('relative');
  await refused(/ValidatingAdmissionWebhook: kubeConfigFile must be an absolute file path/);
  await configured(kubeConfigFile);
  await logins([{ name: '*', user: { exec: { command: 'x' } } }]);
  await refused(/user \*: exec is not known here/);

  await logins([
    { name: '*', user: { token: 'anywhere' } },
    { name: host, user: { tokenFile: 'token' } },
  ]);
  const server = await startTrusted({ admissionControlConfigFile });
  t.teardown(() => server.stop());
  const json = { 'Content-Type': 'application/json' };
  const authority = /certificate-authority-data: (\S+)/.exec(await readFile(other.kubeconfig, 'utf8'))?.[1] ?? '';
  const post = (path: string, body: object) =>
    server.ask('admin', { method: 'POST', path, headers: json, body: JSON.stringify(body) });
  const webhooks = (['Validating', 'Mutating'] as const).map((type) => ({
    type,
    name: `${type.toLowerCase()}.example.com`,
  }));
  for (const { type, name } of webhooks) {
    const path = `/apis/admissionregistration.k8s.io/v1/${type.toLowerCase()}webhookconfigurations`;
    const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }];
    const clientConfig = { url: other.url, caBundle: authority };
    const hook = { name, rules, clientConfig, sideEffects: 'None', admissionReviewVersions: ['v1'] };
    t.is((await post(path, { metadata: { name: 'all' }, webhooks: [hook] })).status, 201);
  }
  const create = async (name: string) =>
    t.is((await post('/api/v1/namespaces/default/configmaps', { metadata: { name } })).status, 201);
  await create('one');
  await writeFile(tokenFile, 'second\n');
  await create('two');
  t.deepEqual(shown, ['nobody', 'Bearer first', 'nobody', 'Bearer second']);
});
