import test from 'ava';
import type { EndpointSlice, Service } from '../client/api-types.ts';
import { frontsOf } from './fronts.ts';
import { TargetChoice } from './target-choice.ts';

const nodeAddresses = ['10.244.0.1', '127.0.0.1'];

function service(spec: NonNullable<Service['spec']>): Service {
  return { metadata: { name: 's', namespace: 'd' }, spec: { clusterIP: '10.0.0.7', ports: [{ port: 80 }], ...spec } };
}

/** "1 2!ready 3!ending": endpoints by the last part of their address. */
function slice(
  text: string,
  ports: EndpointSlice['ports'] = [{ name: '', port: 8080, protocol: 'TCP' }],
): EndpointSlice {
  const endpoints = text.split(' ').map((entry) => {
    const [last = '', state] = entry.split('!');
    const conditions = { ready: state === undefined, serving: state !== 'ready', terminating: state === 'ending' };
    return { addresses: [`10.244.0.${last}`], conditions };
  });
  return { metadata: { namespace: 'd' }, addressType: 'IPv4', endpoints, ports };
}

/** "TCP 10.0.0.7:80 → 1:8080,2:8080", one a line. */
function shown(of: Service, ...slices: readonly EndpointSlice[]): string {
  return frontsOf(of, { slices, nodeAddresses })
    .map(({ protocol, address, port, targets }) => {
      const ends = targets.map((target) => `${target.address.split('.').at(-1)}:${target.port}`);
      return `${protocol} ${address}:${port} → ${ends.join()}`;
    })
    .join('\n');
}

test('fronts: a service leads to its endpoints that are ready, from its address and its node port', (t) => {
  t.is(shown(service({}), slice('2 1 3!ready')), 'TCP 10.0.0.7:80 → 1:8080,2:8080');
  t.is(
    shown(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }), slice('1'), slice('2')),
    'TCP 10.0.0.7:80 → 1:8080,2:8080\nTCP 10.244.0.1:30080 → 1:8080,2:8080\nTCP 127.0.0.1:30080 → 1:8080,2:8080',
  );
});

test('fronts: where nothing is ready, what ends still serves; where nothing serves, nobody listens', (t) => {
  t.is(shown(service({}), slice('1!ending 2!ready')), 'TCP 10.0.0.7:80 → 1:8080');
  t.is(shown(service({}), slice('1!ending 2')), 'TCP 10.0.0.7:80 → 2:8080');
  t.is(shown(service({}), slice('1!ready')), '');
  t.is(shown(service({}), slice('1'), slice('1')), 'TCP 10.0.0.7:80 → 1:8080');
});

test('fronts: ports are told apart by name and protocol', (t) => {
  const ports = [
    { name: 'web', port: 80 },
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'odd', port: 9, protocol: 'SCTP' },
  ];
  const ends = [
    { name: 'web', port: 8080, protocol: 'TCP' },
    { name: 'dns', port: 5353, protocol: 'UDP' },
    { name: 'odd', port: 9, protocol: 'SCTP' },
  ];
  t.is(shown(service({ ports }), slice('1', ends)), 'TCP 10.0.0.7:80 → 1:8080\nUDP 10.0.0.7:53 → 1:5353');
});

test('fronts: nothing leads to headless services and other names', (t) => {
  t.is(shown(service({ clusterIP: 'None', clusterIPs: ['None'] }), slice('1')), '');
  t.is(shown(service({ type: 'ExternalName', externalName: 'example.com' }), slice('1')), '');
});

function choiceOf(spec: NonNullable<Service['spec']>, ...slices: readonly EndpointSlice[]) {
  const time = { now: 0 };
  const clock = { now: () => time.now, monotonic: () => time.now, after: () => () => undefined };
  const fronts = (of: readonly EndpointSlice[]) => frontsOf(service(spec), { slices: of, nodeAddresses })[0];
  const front = fronts(slices);
  if (front === undefined) throw new Error('there is no front');
  const choice = new TargetChoice(front, clock);
  const take = (client: string) => choice.choose(client)?.address.split('.').at(-1);
  return { choice, take, time, fronts };
}

test('clients are led to one endpoint after the other', (t) => {
  const { take } = choiceOf({}, slice('1 2 3'));
  t.deepEqual(['a', 'a', 'a', 'a'].map(take), ['1', '2', '3', '1']);
});

test('with session affinity a client keeps its endpoint until it was away for long, or the endpoint is', (t) => {
  const affinity = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } };
  const { take, time, choice, fronts } = choiceOf(affinity, slice('1 2 3'));
  t.deepEqual(['a', 'b', 'a', 'a', 'b'].map(take), ['1', '2', '1', '1', '2']);
  time.now = 59_000;
  t.is(take('a'), '1');
  time.now = 118_000;
  t.deepEqual(['a', 'b'].map(take), ['1', '3']);
  const left = fronts([slice('2 3')]);
  t.true(left !== undefined && choice.update(left));
  t.not(take('a'), '1');
});
