import test from 'ava';
import { countCompletionIndexes, firstSharedIndex } from '../batch/completion-indexes.ts';
import { cronScheduleProblem } from '../batch/cron-schedule.ts';
import { timeZoneProblem } from '../batch/time-zone.ts';
import { decodePem } from '../certificates/pem.ts';
import type { Errors } from './checks.ts';
import { asInternal } from './internal-value.ts';
import { checkIp, checkLegacyIp, cidrContains, cidrWarnings, formatIp, ipWarnings, parseCidr, parseIp } from './ip.ts';
import { specDiff } from './spec-diff.ts';

test('addresses are written in the form of RFC 5952', (t) => {
  const forms: Record<string, string> = {
    '1.2.3.4': '1.2.3.4',
    '2001:DB8:0:0:0:0:0:1': '2001:db8::1',
    '::': '::',
    '2001:0db8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '1:0:2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
  };
  for (const [text, form] of Object.entries(forms)) {
    const address = parseIp(text);
    t.is(address === undefined ? undefined : formatIp(address), form, text);
  }
});

test('what is not an address is not read as one', (t) => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.-4',
    ':::',
    '1::2::3',
    '12345::',
    '::1%eth0',
    '1.2.3.4/8',
    ' 1.2.3.4',
  ]) {
    t.is(parseIp(text), undefined, text);
  }
});

test('older fields take addresses with leading zeros, newer ones do not', (t) => {
  const legacy: Errors = [];
  t.true(checkLegacyIp('1.2.3.4', 'f', legacy));
  t.deepEqual(legacy, []);
  const strict: Errors = [];
  checkIp('01.2.3.4', 'f', strict);
  t.is(strict.length, 1);
  t.deepEqual(ipWarnings('01.2.3.4', 'f'), ['f: non-standard IP address "01.2.3.4" is invalid: use "1.2.3.4"']);
});

test('a block contains the blocks within it', (t) => {
  const contains = (outer: string, inner: string): boolean | undefined => {
    const a = parseCidr(outer);
    const b = parseCidr(inner);
    return a === undefined || b === undefined ? undefined : cidrContains(a, b);
  };
  t.true(contains('10.0.0.0/8', '10.1.0.0/16'));
  t.false(contains('10.1.0.0/16', '10.0.0.0/8'));
  t.true(contains('fd00::/8', 'fd01::/16'));
  t.false(contains('10.0.0.0/8', 'fd01::/16'));
  t.is(parseCidr('10.0.0.0/33'), undefined);
  t.is(parseCidr('10.0.0.0'), undefined);
  t.deepEqual(cidrWarnings('10.0.0.0/8', 'f'), []);
});

test('schedules that kube-apiserver takes are taken', (t) => {
  for (const schedule of [
    '* * * * *',
    '*/5 0-6 1,15 jan-MAR sun',
    '@daily',
    '@every 1h30m',
    '? ? ? ? ?',
    '0 0 1 */2 *',
  ]) {
    t.is(cronScheduleProblem(schedule), undefined, schedule);
  }
});

test('a schedule is refused for its first problem', (t) => {
  t.is(cronScheduleProblem('* * * *'), 'expected exactly 5 fields, found 4: [* * * *]');
  t.is(cronScheduleProblem('60 * * * *'), 'end of range (60) above maximum (59): 60');
  t.is(cronScheduleProblem('* * 0 * *'), 'beginning of range (0) below minimum (1): 0');
  t.is(cronScheduleProblem('5-2 * * * *'), 'beginning of range (5) beyond end of range (2): 5-2');
  t.is(cronScheduleProblem('*/0 * * * *'), 'step of range should be a positive number: */0');
  t.is(cronScheduleProblem('x * * * *'), 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax');
  t.is(cronScheduleProblem('@foo'), 'unrecognized descriptor: @foo');
});

test('time zones are those of the IANA database, in its letter case', (t) => {
  for (const zone of ['UTC', 'Europe/Berlin', 'US/Pacific', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires']) {
    t.is(timeZoneProblem(zone), undefined, zone);
  }
  t.is(timeZoneProblem('europe/berlin'), 'unknown time zone europe/berlin');
  t.is(timeZoneProblem('../x'), 'time: invalid location name');
});

test('completion indexes are counted, in increasing order and below the completions', (t) => {
  t.is(countCompletionIndexes('', 5), 0);
  t.is(countCompletionIndexes('0,2-4', 5), 4);
  for (const text of ['3,2', '4-2', '0-5', '1-2-3', 'a', '0,,1'])
    t.throws(() => countCompletionIndexes(text, 5), undefined, text);
  t.is(firstSharedIndex('0-2,5', '3-4,5', 9), 5);
  t.is(firstSharedIndex('0-2', '3-4', 9), undefined);
  t.is(firstSharedIndex('x,1-3', '2', 9), 2);
});

test('PEM blocks are found among other text, and their headers noticed', (t) => {
  const text = 'noise\n-----BEGIN A-----\nAAAA\n-----END A-----\n-----BEGIN B-----\nK: v\n\nBBBB\n-----END B-----\n';
  t.deepEqual(
    decodePem(text).map(({ type, hasHeaders, der }) => [type, hasHeaders, der.toString('base64')]),
    [
      ['A', false, 'AAAA'],
      ['B', true, 'BBBB'],
    ],
  );
  t.deepEqual(decodePem('-----BEGIN A-----\n!\n-----END A-----\n'), []);
});

test('values in messages have the Go names of the internal types, unset fields included', (t) => {
  t.deepEqual(asInternal('core.Toleration', { key: 'k', operator: 'Exists' }), {
    Key: 'k',
    Operator: 'Exists',
    Value: '',
    Effect: '',
    TolerationSeconds: null,
  });
  const spec = asInternal('core.PodSpec', {
    hostNetwork: true,
    hostPID: true,
    securityContext: { runAsUser: 1 },
    containers: [],
  });
  t.like(spec, {
    SecurityContext: { HostNetwork: true, HostPID: true, RunAsUser: 1, HostUsers: null },
    Containers: [],
    Volumes: null,
  });
  t.is(asInternal('*core.PodSpec', null), null);
});

test('a change is shown as a unified diff of the internal values', (t) => {
  t.is(specDiff('core.Toleration', { key: 'a' }, { key: 'a' }), '');
  const diff = specDiff('core.Toleration', { key: 'a', value: 'x' }, { key: 'a', value: 'y' });
  t.is(
    diff,
    [
      '@@ -1,7 +1,7 @@',
      ' {',
      '  "Key": "a",',
      '  "Operator": "",',
      '- "Value": "x",',
      '+ "Value": "y",',
      '  "Effect": "",',
      '  "TolerationSeconds": null',
      ' }',
      '',
    ].join('\n'),
  );
});
