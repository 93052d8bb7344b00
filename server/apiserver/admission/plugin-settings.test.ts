/** Which plugins run, and what they make of their settings. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { ManualClock } from '../cacher/cacher-harness.ts';
import type { AdmissionAttributes } from './admission.ts';
import { eventRateLimit } from './event-rate-limit.ts';
import { choosePlugins, orderedPlugins } from './ordered-plugins.ts';
import { readConfiguration } from './pod-security/configuration.ts';
import { policyOf } from './pod-security/policy.ts';

const configuration = new Map<string, JsonObject>();
const latest = Number.POSITIVE_INFINITY;

test('a plugin that is unknown, absent, or both enabled and disabled is refused by name', (t) => {
  const choose = (enable: string[], disable: string[] = []) => choosePlugins({ enable, disable, configuration });
  t.throws(() => choose(['Nonsense']), { message: /"Nonsense" is unknown; there are .*AlwaysPullImages/ });
  t.throws(() => choose(['PodGroupProtection']), { message: /"PodGroupProtection" is not part of this version/ });
  t.throws(() => choose(['AlwaysPullImages'], ['AlwaysPullImages']), { message: /both enabled and disabled/ });
  t.notThrows(() => choose([], ['PodGroupProtection', 'Priority']));
});

test('docs/admission.md lists the plugins in their order, with what runs by default', (t) => {
  const page = readFileSync(new URL('../../../docs/admission.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (on|off) \|/gm)].map(([, name, state]) => `${name} ${state}`);
  t.deepEqual(
    rows,
    orderedPlugins.map(({ name, byDefault }) => `${name} ${byDefault ? 'on' : 'off'}`),
  );
});

test('levels of pod security by default hold where labels say nothing', (t) => {
  const { defaults, exemptions } = readConfiguration({
    apiVersion: 'pod-security.admission.config.k8s.io/v1',
    kind: 'PodSecurityConfiguration',
    defaults: { enforce: 'baseline', 'enforce-version': 'v1.30', warn: 'restricted' },
    exemptions: { namespaces: ['kube-system'], usernames: ['ann'] },
  });
  const unlabelled = policyOf(undefined, defaults);
  t.deepEqual(unlabelled.enforce, { level: 'baseline', minor: 30 });
  t.deepEqual(unlabelled.audit, { level: 'privileged', minor: latest });
  t.deepEqual(unlabelled.warn, { level: 'restricted', minor: latest });
  t.deepEqual(policyOf({ 'pod-security.kubernetes.io/enforce': 'privileged' }, defaults).enforce, {
    level: 'privileged',
    minor: 30,
  });
  t.deepEqual([...exemptions.namespaces], ['kube-system']);
  t.true(exemptions.usernames.has('ann'));
});

test('settings of pod security that cannot be read keep the server from starting', (t) => {
  const read = (defaults: JsonObject) =>
    readConfiguration({
      apiVersion: 'pod-security.admission.config.k8s.io/v1',
      kind: 'PodSecurityConfiguration',
      defaults,
    });
  t.throws(() => read({ enforce: 'strict' }), {
    message: /defaults\.enforce: Invalid value: "strict": must be one of/,
  });
  t.throws(() => read({ 'warn-version': '1.30' }), {
    message: /defaults\.warn-version: .*must be "latest" or "v1\.x"/,
  });
  t.throws(() => readConfiguration({ kind: 'Other' }), { message: /expected a PodSecurityConfiguration/ });
});

test('events beyond a rate get 429 with the limits that are reached, and pass again in time', (t) => {
  const clock = new ManualClock();
  const limits = [
    { type: 'Namespace', qps: 1, burst: 2 },
    { type: 'User', qps: 10, burst: 4, cacheSize: 1 },
  ];
  const { validate } = eventRateLimit(clock, { limits });
  const send = (namespace: string, name = 'ann') => {
    try {
      void validate?.({ namespace, user: { name }, dryRun: false } as AdmissionAttributes);
      return undefined;
    } catch (error) {
      return error instanceof StatusError ? error.status : error;
    }
  };
  t.is(send('a'), undefined);
  t.is(send('a'), undefined);
  t.like(send('a'), {
    code: 429,
    reason: 'TooManyRequests',
    message: 'Too many requests: limit reached on type Namespace for key a',
  });
  t.is(send('b'), undefined);
  t.like(send('b'), { message: 'Too many requests: limit reached on type User for key ann' });
  clock.advance(1000);
  t.is(send('a'), undefined);
  t.throws(() => eventRateLimit(clock, undefined), { message: /limits must not be empty/ });
});
