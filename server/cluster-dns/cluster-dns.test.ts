import test from 'ava';
import { type Answer, decode, encode, type Packet } from 'dns-packet';
import type { EndpointSlice, Service } from '../client/api-types.ts';
import { answerTo, sizeFor, truncated } from './answer.ts';
import type { ClusterNames } from './records.ts';

const slice = (endpoints: EndpointSlice['endpoints'], ports: EndpointSlice['ports'] = []): EndpointSlice => ({
  metadata: {},
  addressType: 'IPv4',
  endpoints,
  ports,
});

const services: Readonly<Record<string, { spec: NonNullable<Service['spec']>; slices?: EndpointSlice[] }>> = {
  web: { spec: { clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], ports: [{ name: 'http', port: 80 }] } },
  data: {
    spec: { clusterIP: 'None', clusterIPs: ['None'] },
    slices: [
      slice(
        [
          { addresses: ['10.244.0.2'], hostname: 'data-0' },
          { addresses: ['10.244.0.3'] },
          { addresses: ['10.244.0.4'], conditions: { ready: false } },
        ],
        [{ name: 'sql', port: 5432, protocol: 'TCP' }],
      ),
    ],
  },
  away: { spec: { type: 'ExternalName', externalName: 'db.example.com' } },
  near: { spec: { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' } },
  big: {
    spec: { clusterIP: 'None' },
    slices: [slice(Array.from({ length: 100 }, (_, index) => ({ addresses: [`10.244.1.${index}`] })))],
  },
};

const found = (name: string): Service => ({ metadata: { name, namespace: 'shop' }, spec: services[name]?.spec ?? {} });

const names: ClusterNames = {
  domain: 'cluster.local',
  service: (namespace, name) => (namespace === 'shop' && Object.hasOwn(services, name) ? found(name) : undefined),
  slicesOf: (_namespace, name) => services[name]?.slices ?? [],
  hasNamespace: (namespace) => namespace === 'shop',
  servicesAt: (address) => (address === '10.0.0.7' ? [found('web')] : address === '10.244.0.2' ? [found('data')] : []),
};

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP'];

async function ask(name: string, type: 'A' | 'AAAA' | 'SRV' | 'PTR' | 'TXT' | 'CNAME'): Promise<string> {
  const query = encode({ type: 'query', id: 7, questions: [{ type, name }] });
  const forward = (asked: Buffer) => {
    const [question] = decode(asked).questions ?? [];
    const answers: Answer[] = [{ type: 'A', name: question?.name ?? '', data: '192.0.2.1' }];
    return Promise.resolve(encode({ ...decode(asked), type: 'response', answers }));
  };
  const answer = await answerTo(query, { names, forward });
  if (answer === undefined) return 'nothing';
  const { answers = [], flags = 0, id } = decode(answer) as Packet;
  const code = rcodes[flags & 15] ?? '';
  const said = answers.map(
    (each) => `${each.type} ${JSON.stringify('data' in each ? each.data : '').replaceAll('"', '')}`,
  );
  return id === 7 ? [code, ...said].join('; ') : `id ${id}`;
}

const questions: readonly (readonly [string, Parameters<typeof ask>[1], string])[] = [
  ['web.shop.svc.cluster.local', 'A', 'NOERROR; A 10.0.0.7'],
  ['WEB.shop.svc.cluster.local.', 'A', 'NOERROR; A 10.0.0.7'],
  ['web.shop.svc.cluster.local', 'AAAA', 'NOERROR'],
  [
    '_http._tcp.web.shop.svc.cluster.local',
    'SRV',
    'NOERROR; SRV {priority:0,weight:100,port:80,target:web.shop.svc.cluster.local}',
  ],
  ['_http._udp.web.shop.svc.cluster.local', 'SRV', 'NXDOMAIN'],
  ['data.shop.svc.cluster.local', 'A', 'NOERROR; A 10.244.0.2; A 10.244.0.3'],
  ['data-0.data.shop.svc.cluster.local', 'A', 'NOERROR; A 10.244.0.2'],
  ['10-244-0-3.data.shop.svc.cluster.local', 'A', 'NOERROR; A 10.244.0.3'],
  ['10-244-0-4.data.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  [
    '_sql._tcp.data.shop.svc.cluster.local',
    'SRV',
    'NOERROR; SRV {priority:0,weight:100,port:5432,target:data-0.data.shop.svc.cluster.local}; SRV {priority:0,weight:100,port:5432,target:10-244-0-3.data.shop.svc.cluster.local}',
  ],
  ['away.shop.svc.cluster.local', 'CNAME', 'NOERROR; CNAME db.example.com'],
  ['away.shop.svc.cluster.local', 'A', 'NOERROR; CNAME db.example.com; A 192.0.2.1'],
  ['near.shop.svc.cluster.local', 'A', 'NOERROR; CNAME web.shop.svc.cluster.local; A 10.0.0.7'],
  ['7.0.0.10.in-addr.arpa', 'PTR', 'NOERROR; PTR web.shop.svc.cluster.local'],
  ['2.0.244.10.in-addr.arpa', 'PTR', 'NOERROR; PTR data-0.data.shop.svc.cluster.local'],
  ['10-1-2-3.shop.pod.cluster.local', 'A', 'NOERROR; A 10.1.2.3'],
  ['dns-version.cluster.local', 'TXT', 'NOERROR; TXT [{type:Buffer,data:[49,46,49,46,48]}]'],
  ['shop.svc.cluster.local', 'A', 'NOERROR'],
  ['none.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['__proto__.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['example.org', 'A', 'NOERROR; A 192.0.2.1'],
  ['1.2.0.192.in-addr.arpa', 'A', 'NOERROR; A 192.0.2.1'],
];

for (const [name, type, answer] of questions) {
  test(`names: ${type} of ${name} is ${answer}`, async (t) => t.is(await ask(name, type), answer));
}

test('an answer that a client cannot take is cut, and says so', async (t) => {
  const ofSize = (udpPayloadSize?: number) =>
    encode({
      type: 'query',
      id: 1,
      questions: [{ type: 'A', name: 'big.shop.svc.cluster.local' }],
      additionals:
        udpPayloadSize === undefined
          ? []
          : [
              {
                type: 'OPT',
                name: '.',
                udpPayloadSize,
                flags: 0,
                extendedRcode: 0,
                ednsVersion: 0,
                flag_do: false,
                options: [],
              },
            ],
    });
  const parts = { names, forward: () => Promise.resolve(undefined) };
  const whole = await answerTo(ofSize(), parts);
  if (whole === undefined) return t.fail();
  t.is(decode(whole).answers?.length, 100);
  const cut = truncated(whole, sizeFor(ofSize()));
  t.true(cut.length <= 512);
  t.true(decode(cut).flag_tc);
  t.is(truncated(whole, sizeFor(ofSize(8192))), whole);
});

test('what is no query is not answered, and nothing breaks', async (t) => {
  const parts = { names, forward: () => Promise.resolve(undefined) };
  t.is(await answerTo(Buffer.from('nonsense'), parts), undefined);
  t.is(await answerTo(Buffer.alloc(0), parts), undefined);
  const response = encode({ type: 'response', id: 1, questions: [{ type: 'A', name: 'web.shop.svc.cluster.local' }] });
  t.is(await answerTo(response, parts), undefined);
});
