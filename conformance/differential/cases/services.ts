/** Services and what they are given: addresses of one and two stacks, node ports, changes of type, releases, ServiceCIDRs. */
import { type Case, get, type JsonObject, patch, post, put, remove, type Seen, type Step, TABLE } from '../case.ts';

const services = '/api/v1/namespaces/{ns}/services';
const addresses = '/apis/networking.k8s.io/v1/ipaddresses';
const blocks = '/apis/networking.k8s.io/v1/servicecidrs';

const ports = [{ port: 80 }];
const selector = { app: 'a' };
const service = (name: string, spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, ...metadata },
  spec: { ports, selector, ...spec },
});
const create = (what: string, name: string, spec: JsonObject, metadata?: JsonObject): Step =>
  post(what, services, service(name, spec, metadata));
const merge = (what: string, name: string, spec: JsonObject): Step =>
  patch('merge', what, `${services}/${name}`, { spec });
const drop = (name: string, step = `delete ${name}`): Step => remove(step, `${services}/${name}`);
const addressOf = (step: string) => (seen: Seen) => {
  const spec = seen.body(step).spec as JsonObject;
  return `${addresses}/${String(spec.clusterIP)}`;
};
const block = (name: string, cidrs: readonly string[]): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name },
  spec: { cidrs: [...cidrs] },
});

/** Type, and what the type may have. */
const kinds: Readonly<Record<string, JsonObject>> = {
  'cluster-ip': { type: 'ClusterIP' },
  headless: { clusterIP: 'None' },
  'headless-free': { clusterIP: 'None', selector: null },
  'node-port': { type: 'NodePort' },
  'load-balancer': { type: 'LoadBalancer' },
  'load-balancer-without-ports': { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false },
  'load-balancer-local': { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
  'external-name': { type: 'ExternalName', externalName: 'example.org' },
  'external-name-policy': { type: 'ExternalName', externalName: 'example.org', internalTrafficPolicy: 'Cluster' },
};

const stacks: readonly JsonObject[] = [
  { ipFamilyPolicy: 'SingleStack' },
  { ipFamilyPolicy: 'PreferDualStack' },
  { ipFamilyPolicy: 'RequireDualStack' },
  { ipFamilies: ['IPv4'] },
  { ipFamilies: ['IPv6'] },
  { ipFamilies: ['IPv4', 'IPv6'] },
  { ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy: 'RequireDualStack' },
  { ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy: 'PreferDualStack' },
  { ipFamilies: ['IPv4', 'IPv4'], ipFamilyPolicy: 'PreferDualStack' },
  { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'SingleStack' },
  { ipFamilies: ['IPv6'], ipFamilyPolicy: 'PreferDualStack' },
  { ipFamilies: ['IPX'] },
  { ipFamilyPolicy: 'Other' },
];

const stackSteps = (prefix: string, base: JsonObject): Step[] =>
  stacks.flatMap((stack, index) => {
    const name = `${prefix}${index}`;
    return [create(`${prefix} ${JSON.stringify(stack)}`, name, { ...base, ...stack }), drop(name)];
  });

/** Every change between two types, by a merge patch and by a PUT of the new type alone. */
const changeCases = (): Case[] =>
  Object.entries(kinds).flatMap(([from, before]) =>
    Object.entries(kinds).flatMap(([to, after]) => {
      if (from === to) return [];
      const subject = `${services}/subject`;
      return [
        {
          name: `services: ${from} to ${to}`,
          steps: [
            create('create', 'subject', before),
            merge('patch', 'subject', after),
            get('patched', subject),
            put('put back', subject, service('subject', before)),
            put('put', subject, service('subject', after)),
            // Upstream patches what its cache has, which is a moment behind.
            get('is put', subject),
            get('is still put', subject),
            merge('patch without address', 'subject', { clusterIP: null, ...after }),
            drop('subject'),
          ],
        },
      ];
    }),
  );

export const serviceCases: readonly Case[] = [
  {
    name: 'services: types',
    steps: [
      ...Object.entries(kinds).flatMap(([name, spec]) => [
        create(`create ${name}`, name, spec),
        get(`get ${name}`, `${services}/${name}`),
        put(`put ${name} as created`, `${services}/${name}`, service(name, spec)),
        patch('strategic', `add a port to ${name}`, `${services}/${name}`, {
          spec: {
            ports: [
              { name: 'first', port: 80 },
              { name: 'second', port: 81 },
            ],
          },
        }),
      ]),
      get('table', services, { accept: TABLE }),
      get('of one type', `${services}?fieldSelector=spec.type%3DNodePort`),
      get('headless ones', `${services}?fieldSelector=spec.clusterIP%3DNone`),
      get('address of cluster-ip', addressOf('create cluster-ip')),
      get('address of cluster-ip as table', addressOf('create cluster-ip'), { accept: TABLE }),
      ...Object.keys(kinds).map((name) => drop(name)),
      get('address is gone', addressOf('create cluster-ip')),
    ],
  },
  { name: 'services: stacks', steps: stackSteps('plain', {}) },
  { name: 'services: stacks of headless ones', steps: stackSteps('headless', { clusterIP: 'None' }) },
  {
    name: 'services: stacks of headless ones without selector',
    steps: stackSteps('free', { clusterIP: 'None', selector: null }),
  },
  {
    name: 'services: changes of stack',
    steps: [
      create('one stack', 'one', {}),
      merge('to two', 'one', { ipFamilyPolicy: 'PreferDualStack' }),
      merge('requires two', 'one', { ipFamilyPolicy: 'RequireDualStack' }),
      merge('fewer families', 'one', { ipFamilies: ['IPv4'] }),
      merge('fewer addresses', 'one', { clusterIPs: null }),
      merge('to one', 'one', { ipFamilyPolicy: 'SingleStack' }),
      merge('other family', 'one', { ipFamilies: ['IPv6'] }),
      merge('two families', 'one', { ipFamilies: ['IPv4', 'IPv6'] }),
      merge('two families, two stacks', 'one', { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'PreferDualStack' }),
      merge('other order', 'one', { ipFamilies: ['IPv6', 'IPv4'] }),
      merge('without address', 'one', { clusterIP: '' }),
      merge('without addresses', 'one', { clusterIP: '', clusterIPs: [] }),
      merge('becomes headless', 'one', { clusterIP: 'None' }),
      merge('becomes headless in full', 'one', { clusterIP: 'None', clusterIPs: ['None'] }),
      merge('to a name', 'one', { type: 'ExternalName', externalName: 'example.org' }),
      merge('and back with two', 'one', { type: 'ClusterIP', ipFamilyPolicy: 'PreferDualStack' }),
      drop('one'),
    ],
  },
  {
    name: 'services: explicit addresses',
    steps: [
      create('first', 'first', { clusterIP: '10.0.0.77' }),
      get('its address', `${addresses}/10.0.0.77`),
      create('same address', 'second', { clusterIP: '10.0.0.77' }),
      create('outside', 'second', { clusterIP: '172.16.3.4' }),
      create('network', 'second', { clusterIP: '10.0.0.0' }),
      create('none such', 'second', { clusterIP: '10.0.0' }),
      create('leading zeros', 'second', { clusterIP: '010.0.0.78' }),
      create('plural only', 'second', { clusterIPs: ['10.0.0.78'] }),
      create('plural and singular differ', 'second', { clusterIP: '10.0.0.79', clusterIPs: ['10.0.0.78'] }),
      create('two of one family', 'second', { clusterIP: '10.0.0.79', clusterIPs: ['10.0.0.79', '10.0.0.78'] }),
      create('two stacks', 'second', {
        clusterIP: '10.0.0.79',
        clusterIPs: ['10.0.0.79', 'fd00:10::79'],
        ipFamilyPolicy: 'PreferDualStack',
      }),
      drop('second'),
      create('IPv6', 'second', { clusterIP: 'fd00:10::80' }),
      drop('second', 'delete second again'),
      create('IPv6 not canonical', 'second', { clusterIP: 'fd00:10:0::81' }),
      get('its canonical address', `${addresses}/fd00:10::81`),
      drop('second', 'delete second once more'),
      create('family of the other', 'second', { clusterIP: '10.0.0.82', ipFamilies: ['IPv6'] }),
      create('for a name', 'second', { type: 'ExternalName', externalName: 'example.org', clusterIP: '10.0.0.83' }),
      create('headless node port', 'second', { type: 'NodePort', clusterIP: 'None' }),
      merge('changed', 'first', { clusterIP: '10.0.0.84' }),
      merge('changed in full', 'first', { clusterIP: '10.0.0.84', clusterIPs: ['10.0.0.84'] }),
      drop('first'),
      get('its address is gone', `${addresses}/10.0.0.77`),
      create('first again', 'again', { clusterIP: '10.0.0.77' }),
      drop('again'),
    ],
  },
  {
    name: 'services: explicit ports',
    steps: [
      create('first', 'first', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_011 }] }),
      create('same port', 'second', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_011 }] }),
      create('out of range', 'second', { type: 'NodePort', ports: [{ port: 80, nodePort: 8080 }] }),
      create('of a cluster IP', 'second', { ports: [{ port: 80, nodePort: 30_012 }] }),
      create('TCP and UDP', 'second', {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, nodePort: 30_013 },
          { name: 'b', port: 80, protocol: 'UDP', nodePort: 30_013 },
        ],
      }),
      drop('second', 'delete TCP and UDP'),
      create('TCP and UDP, chosen', 'chosen', {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80, protocol: 'UDP' },
        ],
      }),
      drop('chosen'),
      create('TCP and UDP of two ports', 'second', {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, nodePort: 30_014 },
          { name: 'b', port: 81, protocol: 'UDP', nodePort: 30_014 },
        ],
      }),
      create('same twice', 'second', {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, nodePort: 30_015 },
          { name: 'b', port: 81, nodePort: 30_015 },
        ],
      }),
      create('health check', 'balanced', {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 30_016,
      }),
      create('same health check', 'second', {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 30_016,
      }),
      create('health check out of range', 'second', {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 80,
      }),
      create('port of a health check', 'second', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_016 }] }),
      merge('other health check', 'balanced', { healthCheckNodePort: 30_017 }),
      merge('no health check', 'balanced', { externalTrafficPolicy: 'Cluster' }),
      create('freed health check', 'second', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_016 }] }),
      merge('to a taken one', 'second', { ports: [{ port: 80, nodePort: 30_011 }] }),
      merge('to a free one', 'second', { ports: [{ port: 80, nodePort: 30_018 }] }),
      create('freed', 'third', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_016 }] }),
      merge('without node port', 'third', { ports: [{ port: 80 }] }),
      merge('twice the same', 'third', {
        ports: [
          { name: 'a', port: 80, nodePort: 30_019 },
          { name: 'b', port: 81, nodePort: 30_019 },
        ],
      }),
      merge('without ports of its own', 'balanced', { allocateLoadBalancerNodePorts: false, ports: [{ port: 90 }] }),
      ...['first', 'second', 'third', 'balanced'].map((name) => drop(name)),
    ],
  },
  ...changeCases(),
  {
    name: 'services: dry runs',
    steps: [
      ...Object.entries(kinds).map(([name, spec]) =>
        post(`create ${name}`, `${services}?dryRun=All`, service(name, spec)),
      ),
      create('real', 'real', { type: 'NodePort', clusterIP: '10.0.0.90', ports: [{ port: 80, nodePort: 30_031 }] }),
      post('taken address', `${services}?dryRun=All`, service('dry', { clusterIP: '10.0.0.90' })),
      post('free address', `${services}?dryRun=All`, service('dry', { clusterIP: '10.0.0.91' })),
      post('address outside', `${services}?dryRun=All`, service('dry', { clusterIP: '172.16.3.4' })),
      post(
        'taken port',
        `${services}?dryRun=All`,
        service('dry', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_031 }] }),
      ),
      post(
        'port outside',
        `${services}?dryRun=All`,
        service('dry', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
      ),
      post(
        'two ports',
        `${services}?dryRun=All`,
        service('dry', {
          type: 'LoadBalancer',
          externalTrafficPolicy: 'Local',
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81 },
          ],
        }),
      ),
      patch('merge', 'to a name', `${services}/real?dryRun=All`, {
        spec: { type: 'ExternalName', externalName: 'example.org' },
      }),
      remove('delete', `${services}/real?dryRun=All`),
      get('still there', `${services}/real`),
      get('with its address', `${addresses}/10.0.0.90`),
      create('port is still taken', 'other', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_031 }] }),
      create('what a dry run was given is free', 'other', { clusterIP: '10.0.0.91' }),
      drop('other'),
      drop('real'),
    ],
  },
  {
    name: 'services: releases',
    steps: [
      create(
        'held',
        'held',
        { clusterIP: '10.0.0.101', type: 'NodePort', ports: [{ port: 80, nodePort: 30_041 }] },
        {
          finalizers: ['example.com/held'],
        },
      ),
      drop('held'),
      create('its address is not free', 'next', { clusterIP: '10.0.0.101' }),
      patch('merge', 'let go', `${services}/held`, { metadata: { finalizers: null } }),
      create('its address is free', 'next', {
        clusterIP: '10.0.0.101',
        type: 'NodePort',
        ports: [{ port: 80, nodePort: 30_041 }],
      }),
      create('held through status', 'status', { clusterIP: '10.0.0.102' }, { finalizers: ['example.com/held'] }),
      drop('status'),
      patch('merge', 'let go through status', `${services}/status/status`, { metadata: { finalizers: null } }),
      get('its address', `${addresses}/10.0.0.102`),
      create('invalid', 'Not_A_Name', { clusterIP: '10.0.0.103' }),
      create('invalid port', 'invalid', { clusterIP: '10.0.0.103', ports: [{ port: 0 }] }),
      create('address of what was refused', 'after', { clusterIP: '10.0.0.103' }),
      create('name is taken', 'after', { clusterIP: '10.0.0.104' }),
      get('address of what was there', `${addresses}/10.0.0.104`),
      merge('refused update', 'after', { type: 'NodePort', ports: [{ port: 0, nodePort: 30_042 }] }),
      create('port of what was refused', 'ports', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_042 }] }),
      post('endpoints', '/api/v1/namespaces/{ns}/endpoints', {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 'after' },
        subsets: [{ addresses: [{ ip: '192.0.2.7' }], ports }],
      }),
      drop('after'),
      get('endpoints are gone', '/api/v1/namespaces/{ns}/endpoints/after'),
      remove('delete all', services),
      create('after all', 'again', {
        clusterIP: '10.0.0.101',
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, nodePort: 30_041 },
          { name: 'b', port: 81, nodePort: 30_042 },
        ],
      }),
      drop('again'),
    ],
  },
  {
    name: 'services: addresses of others',
    steps: [
      post('reserve', addresses, {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IPAddress',
        metadata: { name: '10.0.0.121' },
        spec: { parentRef: { group: 'example.com', resource: 'gateways', name: 'mine' } },
      }),
      create('reserved', 'wants', { clusterIP: '10.0.0.121' }),
      get('reserved one as table', `${addresses}/10.0.0.121`, { accept: TABLE }),
      remove('free', `${addresses}/10.0.0.121`),
      create('freed', 'wants', { clusterIP: '10.0.0.121' }),
      drop('wants'),
    ],
  },
  {
    name: 'services: ServiceCIDRs',
    steps: [
      get('default', `${blocks}/kubernetes`),
      get('default as table', `${blocks}/kubernetes`, { accept: TABLE }),
      post('block', blocks, block('corpus-block', ['10.251.0.0/28'])),
      post('same name', blocks, block('corpus-block', ['10.251.0.0/28'])),
      post('overlapping', blocks, block('corpus-overlap', ['10.251.0.0/27'])),
      post('two of one family', blocks, block('corpus-bad', ['10.252.0.0/28', '10.253.0.0/28'])),
      post('not canonical', blocks, block('corpus-bad', ['10.252.0.1/28'])),
      post('none', blocks, block('corpus-bad', [])),
      patch('merge', 'changed', `${blocks}/corpus-block`, { spec: { cidrs: ['10.251.0.0/29'] } }),
      patch('merge', 'second family', `${blocks}/corpus-block`, {
        spec: { cidrs: ['10.251.0.0/28', 'fd00:51::/112'] },
      }),
      patch('merge', 'status', `${blocks}/corpus-overlap/status`, {
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'Test',
              message: 'not now',
              lastTransitionTime: '2026-03-01T00:00:00Z',
            },
          ],
        },
      }),
      ...['a', 'b', 'c', 'd'].map((name) => get(`time passes ${name}`, `${blocks}/corpus-block`)),
      create('of the block', 'inside', { clusterIP: '10.251.0.3' }),
      get('its address', `${addresses}/10.251.0.3`),
      create('broadcast of the smaller', 'broadcast', { clusterIP: '10.251.0.15' }),
      create('only in the one that is not ready', 'outside', { clusterIP: '10.251.0.20' }),
      drop('inside'),
      remove('delete block', `${blocks}/corpus-block`),
      remove('delete overlapping', `${blocks}/corpus-overlap`),
      ...['a', 'b', 'c', 'd'].map((name) => get(`more time passes ${name}`, `${blocks}/corpus-block`)),
      create('of a block that is gone', 'late', { clusterIP: '10.251.0.4' }),
    ],
  },
];
