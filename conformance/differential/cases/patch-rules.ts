/** The rules of the three kinds of patches, one by one: each is a dry run on the same object. */
import { type Case, get, type Json, type JsonObject, patch, post, type Step } from '../case.ts';
import { configMap, configMaps, deployment, deployments, pod, pods, service, services } from './objects.ts';

type Kind = Parameters<typeof patch>[0];
type Named = Readonly<Record<string, Json>>;

const dryRuns = (kind: Kind, path: string, bodies: Named, query = 'dryRun=All'): Step[] =>
  Object.entries(bodies).map(([name, body]) => patch(kind, name, `${path}?${query}`, body));

const deploymentPath = `${deployments}/subject`;
const podPath = `${pods}/subject`;
const configPath = `${configMaps}/subject`;

const rich = deployment('subject', {
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: '25%' } },
  template: {
    metadata: { labels: { app: 'subject' }, annotations: { one: '1', two: '2' } },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'a:1',
          command: ['sh', '-c', 'x'],
          ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81 }, { containerPort: 81, protocol: 'UDP' }],
          env: [
            { name: 'X', value: '1' },
            { name: 'Y', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'Z', value: '3' },
          ],
          envFrom: [{ configMapRef: { name: 'c' } }],
          volumeMounts: [
            { name: 'v', mountPath: '/v' },
            { name: 'w', mountPath: '/w' },
          ],
          resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
          livenessProbe: { httpGet: { path: '/', port: 80 } },
        },
        { name: 'b', image: 'b:1', args: ['one', 'two'] },
        { name: 'c', image: 'c:1' },
      ],
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } },
        { name: 'p', projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'c' } }] } },
      ],
      hostAliases: [
        { ip: '10.0.0.1', hostnames: ['a'] },
        { ip: '10.0.0.2', hostnames: ['b'] },
      ],
      imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
      nodeSelector: { disk: 'ssd', zone: 'a' },
      tolerations: [{ key: 'k', operator: 'Exists' }],
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
          ],
        },
      },
      readinessGates: [{ conditionType: 'example.com/ready' }],
    },
  },
});
const inSpec = (spec: Json): Json => ({ spec: { template: { spec } } });
const inA = (container: JsonObject): Json => inSpec({ containers: [{ name: 'a', ...container }] });
const metadata = (fields: JsonObject): Json => ({ metadata: fields });
const order = (...names: string[]): Json => names.map((name) => ({ name }));

const directives: Named = {
  'replace of the whole object': { $patch: 'replace', metadata: { name: 'subject' } },
  'delete of the whole object': { $patch: 'delete' },
  'merge of the whole object': { $patch: 'merge', spec: { replicas: 2 } },
  'replace of a struct': { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } },
  'delete of a struct': { spec: { strategy: { $patch: 'delete' } } },
  'delete of a struct with fields': { spec: { strategy: { $patch: 'delete', type: 'Recreate' } } },
  'merge of a struct': { spec: { strategy: { $patch: 'merge', rollingUpdate: { maxSurge: 3 } } } },
  'directive null': { spec: { strategy: { $patch: null, type: 'Recreate' } } },
  'directive empty': { spec: { strategy: { $patch: '' } } },
  'directive in a struct that is not there': inA({ readinessProbe: { $patch: 'replace', httpGet: { port: 80 } } }),
  'delete in a struct that is not there': inA({ lifecycle: { $patch: 'delete' } }),
  'replace of a map': inSpec({ nodeSelector: { $patch: 'replace', only: 'this' } }),
  'delete of a map': inSpec({ nodeSelector: { $patch: 'delete' } }),
  'replace of limits': inA({ resources: { limits: { $patch: 'replace', cpu: '2' } } }),
  'null of one limit': inA({ resources: { limits: { memory: null } } }),
  'retained keys of a struct': { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
  'retained keys without the set one': { spec: { strategy: { $retainKeys: ['rollingUpdate'], type: 'Recreate' } } },
  'retained keys empty': { spec: { strategy: { $retainKeys: [] } } },
  'retained keys null': { spec: { strategy: { $retainKeys: null, type: 'Recreate' } } },
  'retained keys of a wrong type': { spec: { strategy: { $retainKeys: 'type' } } },
  'retained keys are numbers': { spec: { strategy: { $retainKeys: [1] } } },
  'retained keys with null': { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } } },
  'retained keys of a map': inSpec({ nodeSelector: { $retainKeys: ['zone'], zone: 'b' } }),
  'retained keys of a volume': inSpec({
    volumes: [{ name: 'w', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }],
  }),
  'retained keys of a volume that is new': inSpec({
    volumes: [{ name: 'n', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }],
  }),
  'unknown directive': { spec: { strategy: { $unheard: 'x', type: 'Recreate' } } },
  'unknown directive at the top': { $unheard: [] },
  'directive for a text': { spec: { $patch: 'replace' } },
};

const lists: Named = {
  'two changes in one list': inSpec({
    containers: [
      { name: 'a', image: 'a:2' },
      { name: 'c', image: 'c:2' },
    ],
  }),
  'same key twice': inSpec({
    containers: [
      { name: 'a', image: 'a:2' },
      { name: 'a', image: 'a:3' },
    ],
  }),
  'new key twice': inSpec({
    containers: [
      { name: 'n', image: 'n:2' },
      { name: 'n', image: 'n:3' },
    ],
  }),
  'delete and add the same': inSpec({
    containers: [
      { name: 'a', $patch: 'delete' },
      { name: 'a', image: 'a:9' },
    ],
  }),
  'delete two': inSpec({
    containers: [
      { name: 'a', $patch: 'delete' },
      { name: 'c', $patch: 'delete' },
    ],
  }),
  'delete all': inSpec({
    containers: [
      { name: 'a', $patch: 'delete' },
      { name: 'b', $patch: 'delete' },
      { name: 'c', $patch: 'delete' },
    ],
  }),
  'delete without a key': inSpec({ containers: [{ $patch: 'delete' }] }),
  'delete of what is not there': inSpec({ containers: [{ name: 'zzz', $patch: 'delete' }] }),
  'replace element': inSpec({ containers: [{ name: 'a', $patch: 'replace' }] }),
  'replace with an element': inSpec({ containers: [{ $patch: 'replace' }, { name: 'n', image: 'n' }] }),
  'replace in the middle': inSpec({
    containers: [{ name: 'n', image: 'n' }, { $patch: 'replace' }, { name: 'm', image: 'm' }],
  }),
  'replace by nothing': inSpec({ tolerations: [{ $patch: 'replace' }] }),
  'merge element': inSpec({ containers: [{ name: 'a', $patch: 'merge' }] }),
  'key is null': inSpec({ containers: [{ name: null, image: 'x' }] }),
  'key is a number': inSpec({ containers: [{ name: 1, image: 'x' }] }),
  'null element': inSpec({ containers: [null] }),
  'empty list': inSpec({ containers: [] }),
  'empty element': inSpec({ containers: [{}] }),
  'list of lists': inSpec({ containers: [[]] }),
  'mixed list': inSpec({ containers: [{ name: 'a' }, 'x'] }),
  'text in the list': inSpec({ containers: ['x'] }),
  'number key': inA({ ports: [{ containerPort: 80, name: 'web' }] }),
  'number key, other protocol': inA({ ports: [{ containerPort: 81, protocol: 'UDP', name: 'udp' }] }),
  'number key deleted': inA({ ports: [{ containerPort: 81, $patch: 'delete' }] }),
  'number key as a text': inA({ ports: [{ containerPort: '80', name: 'web' }] }),
  'number key as a fraction': inA({ ports: [{ containerPort: 80.0, name: 'web' }] }),
  'value for a reference': inA({ env: [{ name: 'Y', value: '2' }] }),
  'value for a reference, null': inA({ env: [{ name: 'Y', value: '2', valueFrom: null }] }),
  'reference for a value': inA({
    env: [{ name: 'X', value: null, valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }],
  }),
  'mount by its path': inA({ volumeMounts: [{ mountPath: '/v', name: 'w' }] }),
  'mount added': inA({ volumeMounts: [{ mountPath: '/p', name: 'p' }] }),
  'atomic list': inA({ command: ['y'] }),
  'atomic list emptied': inA({ command: [] }),
  'atomic list null': inA({ command: null }),
  'list without a key is replaced': inA({ envFrom: [{ secretRef: { name: 's' } }] }),
  'host aliases by address': inSpec({
    hostAliases: [
      { ip: '10.0.0.2', hostnames: ['c'] },
      { ip: '10.0.0.3', hostnames: ['d'] },
    ],
  }),
  'pull secrets': inSpec({ imagePullSecrets: [{ name: 'two' }, { name: 'three' }] }),
  'pull secret deleted': inSpec({ imagePullSecrets: [{ name: 'one', $patch: 'delete' }] }),
  tolerations: inSpec({ tolerations: [{ key: 'other', operator: 'Exists' }] }),
  'toleration with a directive': inSpec({ tolerations: [{ key: 'k', $patch: 'delete' }] }),
  'topology spread': inSpec({
    topologySpreadConstraints: [
      { topologyKey: 'zone', maxSkew: 2 },
      { topologyKey: 'host', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' },
    ],
  }),
  'readiness gates': inSpec({ readinessGates: [{ conditionType: 'example.com/other' }] }),
  'preferred affinity': inSpec({ affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } }),
  'volume items': inSpec({ volumes: [{ name: 'w', configMap: { items: [{ key: 'l', path: 'q' }] } }] }),
  'volume items null': inSpec({ volumes: [{ name: 'w', configMap: { items: null } }] }),
  'projected sources': inSpec({ volumes: [{ name: 'p', projected: { sources: [{ secret: { name: 't' } }] } }] }),
  'new element with nulls': inSpec({
    containers: [{ name: 'n', image: 'n', command: null, resources: { limits: null } }],
  }),
  'new map with nulls': metadata({ labels: { a: null, b: 'c' } }),
  'new struct with nulls': inA({ readinessProbe: { httpGet: { port: 80, path: null }, exec: null } }),
  'owner added': metadata({ ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '1' }] }),
  'primitive list': metadata({ finalizers: ['example.com/a', 'example.com/b'] }),
  'primitive list twice the same': metadata({ finalizers: ['example.com/a', 'example.com/a'] }),
  'deleted from a primitive list that is not there': metadata({
    '$deleteFromPrimitiveList/finalizers': ['example.com/a'],
  }),
  'deleted from and added to a primitive list': metadata({
    '$deleteFromPrimitiveList/finalizers': ['example.com/a'],
    finalizers: ['example.com/b'],
  }),
  'deleted from an atomic list': inA({ '$deleteFromPrimitiveList/command': ['sh'] }),
  'deleted from a list of structs': inSpec({ '$deleteFromPrimitiveList/containers': ['a'] }),
  'deleted from, wrong type': metadata({ '$deleteFromPrimitiveList/finalizers': 'x' }),
  'deleted from, no name': metadata({ $deleteFromPrimitiveList: ['x'] }),
  'deleted from, empty name': metadata({ '$deleteFromPrimitiveList/': ['x'] }),
  'deleted from, slashes': metadata({ '$deleteFromPrimitiveList/a/b': ['x'] }),
};

const orders: Named = {
  'reversed order': inSpec({ '$setElementOrder/containers': order('c', 'b', 'a') }),
  'order with a change': inSpec({
    '$setElementOrder/containers': order('b', 'a', 'c'),
    containers: [{ name: 'c', image: 'c:2' }],
  }),
  'order with a new element in front': inSpec({
    '$setElementOrder/containers': order('n', 'a', 'b', 'c'),
    containers: [{ name: 'n', image: 'n' }],
  }),
  'order without one that is there': inSpec({ '$setElementOrder/containers': order('c', 'a') }),
  'order of one': inSpec({ '$setElementOrder/containers': order('b') }),
  'order with one that is not there': inSpec({ '$setElementOrder/containers': order('zzz', 'a', 'b', 'c') }),
  'order that does not name a change': inSpec({
    '$setElementOrder/containers': order('a', 'b'),
    containers: [{ name: 'c', image: 'c:2' }],
  }),
  'order against the patch': inSpec({
    '$setElementOrder/containers': order('a', 'b', 'c'),
    containers: [
      { name: 'b', image: 'b:2' },
      { name: 'a', image: 'a:2' },
    ],
  }),
  'order with a deletion': inSpec({
    '$setElementOrder/containers': order('c', 'a'),
    containers: [{ name: 'b', $patch: 'delete' }],
  }),
  'order with a deletion and an addition': inSpec({
    '$setElementOrder/containers': order('c', 'n', 'a'),
    containers: [
      { name: 'n', image: 'n' },
      { name: 'b', $patch: 'delete' },
    ],
  }),
  'order with a replacement': inSpec({
    '$setElementOrder/containers': order('n', 'm'),
    containers: [{ $patch: 'replace' }, { name: 'n', image: 'n' }, { name: 'm', image: 'm' }],
  }),
  'order twice the same': inSpec({ '$setElementOrder/containers': order('a', 'a', 'b', 'c') }),
  'order empty': inSpec({ '$setElementOrder/containers': [] }),
  'order null': inSpec({ '$setElementOrder/containers': null }),
  'order of a wrong type': inSpec({ '$setElementOrder/containers': 'x' }),
  'order of texts': inSpec({ '$setElementOrder/containers': ['a', 'b'] }),
  'order without keys': inSpec({ '$setElementOrder/containers': [{ image: 'x' }] }),
  'order with more than keys': inSpec({
    '$setElementOrder/containers': [{ name: 'c', image: 'x' }, { name: 'a' }, { name: 'b' }],
  }),
  'order without a name': inSpec({ $setElementOrder: order('a') }),
  'order of what is not there': inSpec({ '$setElementOrder/initContainers': order('a') }),
  'order of what is added': inSpec({
    '$setElementOrder/initContainers': order('i', 'j'),
    initContainers: [
      { name: 'i', image: 'i' },
      { name: 'j', image: 'j' },
    ],
  }),
  'order of an unknown field': inSpec({ '$setElementOrder/unheard': order('a') }),
  'order of an atomic list': inA({ '$setElementOrder/command': ['x', 'sh'] }),
  'order of numbers': inA({
    '$setElementOrder/ports': [{ containerPort: 81 }, { containerPort: 80 }],
    ports: [{ containerPort: 81, name: 'x' }],
  }),
  'order of the environment': inA({ '$setElementOrder/env': order('Z', 'X', 'Y'), env: [{ name: 'X', value: '9' }] }),
  'order of volumes with retained keys': inSpec({
    '$setElementOrder/volumes': order('w', 'v', 'p'),
    volumes: [{ name: 'v', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }],
  }),
  'order of texts that are merged': metadata({
    '$setElementOrder/finalizers': ['example.com/b', 'example.com/a'],
    finalizers: ['example.com/b', 'example.com/a'],
  }),
  'order of texts, one is deleted': metadata({
    '$setElementOrder/finalizers': ['example.com/b'],
    '$deleteFromPrimitiveList/finalizers': ['example.com/a'],
    finalizers: ['example.com/b'],
  }),
  'order inside a new element': inSpec({
    '$setElementOrder/containers': order('n'),
    containers: [{ name: 'n', image: 'n', '$setElementOrder/env': order('A'), env: [{ name: 'A', value: '1' }] }],
  }),
};

const wrongTypes: Named = {
  'text for a struct': { spec: 'x' },
  'list for a struct': { spec: [] },
  'number for a struct': { spec: 5 },
  'null for a struct': { spec: null },
  'null for the template': { spec: { template: null } },
  'struct for a list': inSpec({ containers: { name: 'a' } }),
  'struct for a text': inA({ image: {} }),
  'number for a text': inA({ image: 5 }),
  'boolean for a text': inA({ image: true }),
  'text for a number': { spec: { replicas: '2' } },
  'fraction for a number': { spec: { replicas: 2.5 } },
  'whole fraction for a number': '{"spec":{"replicas":2.0}}',
  'exponent for a number': '{"spec":{"replicas":2e0}}',
  'large number': '{"spec":{"replicas":4294967298}}',
  'larger number': '{"spec":{"replicas":99999999999999999999}}',
  'negative number': { spec: { replicas: -1 } },
  'text for a boolean': { spec: { paused: 'true' } },
  'number for a label': metadata({ labels: { a: 1 } }),
  'boolean for an annotation': metadata({ annotations: { a: true } }),
  'text for labels': metadata({ labels: 'x' }),
  'struct for a label': metadata({ labels: { a: {} } }),
  'text for metadata': { metadata: 'x' },
  'null for metadata': { metadata: null },
  'number for a quantity': inA({ resources: { limits: { cpu: 2 } } }),
  'malformed quantity': inA({ resources: { limits: { cpu: 'x' } } }),
  'boolean for an integer or text': { spec: { strategy: { rollingUpdate: { maxSurge: true } } } },
  'text for an integer or text': { spec: { strategy: { rollingUpdate: { maxSurge: '10%' } } } },
  'malformed time': metadata({ creationTimestamp: 'yesterday' }),
  'unknown fields': { spec: { unheard: 1, template: { of: 2 } } },
  'unknown field in a list': inA({ unheard: 1 }),
  'unknown list': inSpec({ unheard: [{ a: 1 }] }),
  'names in capitals': { Spec: { Replicas: 2 } },
  'doubled fields': '{"spec":{"replicas":1,"replicas":2}}',
  'doubled fields in a list': '{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"x","image":"y"}]}}}}',
};

const identity: Named = {
  'another name': metadata({ name: 'other' }),
  'empty name': metadata({ name: '' }),
  'null name': metadata({ name: null }),
  'another namespace': metadata({ namespace: 'other' }),
  'null namespace': metadata({ namespace: null }),
  'another uid': metadata({ uid: '11111111-2222-3333-4444-555555555555' }),
  'null uid': metadata({ uid: null }),
  'stale resourceVersion': metadata({ resourceVersion: '1' }),
  'malformed resourceVersion': metadata({ resourceVersion: 'x' }),
  'empty resourceVersion': metadata({ resourceVersion: '' }),
  generateName: metadata({ generateName: 'x-' }),
  'deletion time': metadata({ deletionTimestamp: '2020-01-01T00:00:00Z' }),
  'deletion grace': metadata({ deletionGracePeriodSeconds: 5 }),
  generation: metadata({ generation: 99 }),
  selfLink: metadata({ selfLink: '/x' }),
  'another kind': { kind: 'DaemonSet' },
  'null kind': { kind: null },
  'another version': { apiVersion: 'v1' },
  'unknown version': { apiVersion: 'apps/v9' },
  'null version': { apiVersion: null },
  'malformed owner': metadata({ ownerReferences: [{ name: 'x' }] }),
  'malformed finalizer': metadata({ finalizers: ['not valid'] }),
  'malformed label': metadata({ labels: { 'a b': 'c' } }),
  status: { status: { replicas: 9 } },
};

const mergeOnly: Named = {
  'list is replaced': inSpec({ containers: [{ name: 'n', image: 'n' }] }),
  'null in a list': inA({ command: ['a', null] }),
  'null in a new struct': inA({ lifecycle: { preStop: null } }),
  'nulls in a list of structs': inSpec({
    containers: [{ name: 'a', image: 'a', command: null, env: [{ name: 'X', value: null }] }],
  }),
  'null deep in what is new': { spec: { strategy: { rollingUpdate: null, type: 'Recreate' } } },
  'directives are fields': { spec: { strategy: { $patch: 'replace' } } },
  'text of a struct': '"x"',
  'empty key': { '': { a: 1 } },
};

const operation = (op: string, path: string, more: JsonObject = {}): Json => [{ op, path, ...more }];
const containers = '/spec/template/spec/containers';
const jsonOperations: Named = {
  'add a field': operation('add', '/spec/paused', { value: true }),
  'add over a field': operation('add', '/spec/replicas', { value: 3 }),
  'add null': operation('add', '/spec/replicas', { value: null }),
  'replace by null': operation('replace', '/spec/replicas', { value: null }),
  'remove a required field': operation('remove', '/spec/selector'),
  'remove the root': operation('remove', ''),
  'add the root': operation('add', '', { value: {} }),
  'replace the root by null': operation('replace', '', { value: null }),
  'path is a slash': operation('add', '/', { value: 1 }),
  'trailing slash': operation('add', '/spec/', { value: 1 }),
  'double slash': operation('add', '//spec', { value: 1 }),
  'tilde alone': operation('add', '/metadata/annotations', { value: { 'a~b': 'c' } }),
  'escaped tilde': [
    { op: 'add', path: '/metadata/annotations', value: { 'a~b': 'c', 'd/e': 'f' } },
    { op: 'replace', path: '/metadata/annotations/a~0b', value: '1' },
    { op: 'replace', path: '/metadata/annotations/d~1e', value: '2' },
    { op: 'test', path: '/metadata/annotations/a~0b', value: '1' },
  ],
  'unescaped tilde': [
    { op: 'add', path: '/metadata/annotations', value: { 'a~b': 'c' } },
    { op: 'replace', path: '/metadata/annotations/a~b', value: '1' },
  ],
  'index of the first': operation('replace', `${containers}/0/image`, { value: 'x' }),
  'index -1': operation('replace', `${containers}/-1/image`, { value: 'x' }),
  'index -3': operation('remove', `${containers}/-3`),
  'index -4': operation('remove', `${containers}/-4`),
  'index beyond': operation('remove', `${containers}/3`),
  'index with a plus': operation('remove', `${containers}/+1`),
  'index with a zero in front': operation('remove', `${containers}/01`),
  'index in hexadecimals': operation('remove', `${containers}/0x1`),
  'index with a fraction': operation('remove', `${containers}/1.0`),
  'index that is huge': operation('add', `${containers}/99999999999999999999`, { value: {} }),
  'add at the end': operation('add', `${containers}/3`, { value: { name: 'n', image: 'n' } }),
  'add at the dash': operation('add', `${containers}/-`, { value: { name: 'n', image: 'n' } }),
  'add at -1': operation('add', `${containers}/-1`, { value: { name: 'n', image: 'n' } }),
  'add at -4': operation('add', `${containers}/-4`, { value: { name: 'n', image: 'n' } }),
  'add at -5': operation('add', `${containers}/-5`, { value: { name: 'n', image: 'n' } }),
  'replace at the dash': operation('replace', `${containers}/-`, { value: { name: 'n', image: 'n' } }),
  'test at the dash': operation('test', `${containers}/-`, { value: {} }),
  'through a text': operation('add', `${containers}/0/image/x`, { value: 1 }),
  'through a number': operation('add', '/spec/replicas/x', { value: 1 }),
  'through what is not there': operation('add', '/spec/unheard/x', { value: 1 }),
  'unknown field': operation('add', '/spec/unheard', { value: 1 }),
  'test of a number': operation('test', '/spec/replicas', { value: 1 }),
  'test of a number as a fraction': '[{"op":"test","path":"/spec/replicas","value":1.0}]',
  'test of a number as a text': operation('test', '/spec/replicas', { value: '1' }),
  'test of a struct': operation('test', '/spec/selector', { value: { matchLabels: { app: 'subject' } } }),
  'test of a struct in another order': operation('test', '/spec/strategy', {
    value: { rollingUpdate: { maxUnavailable: '25%', maxSurge: 2 }, type: 'RollingUpdate' },
  }),
  'test of a struct with less': operation('test', '/spec/strategy', { value: { type: 'RollingUpdate' } }),
  'test of a list': operation('test', `${containers}/1/args`, { value: ['one', 'two'] }),
  'test of a list in another order': operation('test', `${containers}/1/args`, { value: ['two', 'one'] }),
  'test of null': operation('test', '/spec/paused', { value: null }),
  'test without a value': operation('test', '/spec/paused'),
  'test of what is there without a value': operation('test', '/spec/replicas'),
  'copy a struct': operation('copy', '/spec/template/metadata/annotations', { from: '/spec/template/metadata/labels' }),
  'copy into a list': operation('copy', `${containers}/0`, { from: `${containers}/2` }),
  'copy what is not there': operation('copy', '/spec/x', { from: '/spec/y' }),
  'copy from a bad index': operation('copy', `${containers}/0`, { from: `${containers}/9` }),
  'move a container': operation('move', `${containers}/0`, { from: `${containers}/2` }),
  'move to the end': operation('move', `${containers}/-`, { from: `${containers}/0` }),
  'move into itself': operation('move', '/spec/template/spec', { from: '/spec/template' }),
  'move to itself': operation('move', '/spec/replicas', { from: '/spec/replicas' }),
  'move the root': operation('move', '/spec', { from: '' }),
  'from is a number': operation('move', '/spec/x', { from: 5 }),
  'operation in capitals': operation('ADD', '/spec/paused', { value: true }),
  'operation is a number': [{ op: 5, path: '/spec/paused', value: true }],
  'operation is null': [{ op: null, path: '/spec/paused', value: true }],
  'path is a number': [{ op: 'add', path: 5, value: true }],
  'path is null': [{ op: 'add', path: null, value: true }],
  'more fields than needed': operation('add', '/spec/paused', { value: true, from: '/x', comment: 'why' }),
  'null operation': [null],
  'text operation': ['add'],
  'list of lists': [[]],
  null: 'null',
  'two documents': '[] []',
  'doubled fields': '[{"op":"add","op":"remove","path":"/spec/paused","value":true}]',
  'doubled fields in the value':
    '[{"op":"add","path":"/spec/template/metadata/annotations","value":{"a":"1","a":"2"}}]',
  'earlier operations are seen': [
    { op: 'add', path: '/metadata/labels', value: {} },
    { op: 'add', path: '/metadata/labels/a', value: 'b' },
    { op: 'test', path: '/metadata/labels/a', value: 'b' },
    { op: 'move', path: '/metadata/labels/c', from: '/metadata/labels/a' },
    { op: 'copy', path: '/metadata/labels/d', from: '/metadata/labels/c' },
    { op: 'remove', path: '/metadata/labels/c' },
  ],
  'name is changed': operation('replace', '/metadata/name', { value: 'other' }),
  'kind is changed': operation('replace', '/kind', { value: 'DaemonSet' }),
  'kind is removed': operation('remove', '/kind'),
  'metadata is removed': operation('remove', '/metadata'),
  'spec is removed': operation('remove', '/spec'),
  'text for a number': operation('replace', '/spec/replicas', { value: '2' }),
  'hostile path': operation('add', '/spec/template/metadata/annotations/__proto__', { value: 'x' }),
  'hostile parent': operation('add', '/constructor/prototype/x', { value: 'x' }),
};

const validations = ['Ignore', 'Warn', 'Strict'] as const;
const strays: readonly (readonly [Kind, string, Json])[] = [
  ['merge', 'unknown field', { spec: { unheard: 1 } }],
  ['merge', 'doubled field', '{"spec":{"replicas":1,"replicas":2}}'],
  ['merge', 'both', '{"spec":{"replicas":1,"replicas":2,"unheard":1}}'],
  ['strategic', 'unknown field', { spec: { unheard: 1 } }],
  ['strategic', 'unknown field in a list', inA({ unheard: 1 })],
  ['strategic', 'doubled field', '{"spec":{"replicas":1,"replicas":2}}'],
  ['strategic', 'both', '{"spec":{"replicas":1,"replicas":2,"unheard":1}}'],
  ['json', 'unknown field', operation('add', '/spec/unheard', { value: 1 })],
  ['json', 'doubled field', '[{"op":"add","path":"/spec/template/metadata/annotations","value":{"a":"1","a":"2"}}]'],
  ['json', 'doubled operation', '[{"op":"add","op":"remove","path":"/spec/paused","value":true}]'],
  ['json', 'unknown member', '[{"op":"add","path":"/spec/paused","value":true,"comment":"x"}]'],
];

const created = post('create', deployments, rich);

export const patchRuleCases: readonly Case[] = [
  { name: 'patch rules: directives', steps: [created], independent: dryRuns('strategic', deploymentPath, directives) },
  { name: 'patch rules: lists', steps: [created], independent: dryRuns('strategic', deploymentPath, lists) },
  { name: 'patch rules: orders', steps: [created], independent: dryRuns('strategic', deploymentPath, orders) },
  {
    name: 'patch rules: strategic patches of wrong types',
    steps: [created],
    independent: dryRuns('strategic', deploymentPath, wrongTypes),
  },
  {
    name: 'patch rules: identity in strategic patches',
    steps: [created],
    independent: dryRuns('strategic', deploymentPath, identity),
  },
  {
    name: 'patch rules: merge patches of wrong types',
    steps: [created],
    independent: dryRuns('merge', deploymentPath, wrongTypes),
  },
  {
    name: 'patch rules: identity in merge patches',
    steps: [created],
    independent: dryRuns('merge', deploymentPath, identity),
  },
  { name: 'patch rules: merge patches', steps: [created], independent: dryRuns('merge', deploymentPath, mergeOnly) },
  { name: 'patch rules: JSON patches', steps: [created], independent: dryRuns('json', deploymentPath, jsonOperations) },
  {
    name: 'patch rules: field validation',
    steps: [created],
    independent: validations.flatMap((validation) =>
      // What a strict JSON patch names is the text of the result, with the field twice: no object of Portico's has that.
      strays
        .filter(([kind, name]) => !(kind === 'json' && name === 'doubled field' && validation === 'Strict'))
        .map(([kind, name, body]) =>
          patch(
            kind,
            `${kind}, ${name}, ${validation}`,
            `${deploymentPath}?dryRun=All&fieldValidation=${validation}`,
            body,
          ),
        ),
    ),
  },
  {
    name: 'patch rules: what is not there',
    steps: [],
    independent: (['merge', 'strategic', 'json', 'apply'] as const).flatMap((kind) =>
      Object.entries({
        'a patch': kind === 'json' ? '[]' : '{}',
        malformed: '{',
        empty: '',
        'of a wrong type': '5',
      }).map(([name, body]) =>
        kind === 'apply'
          ? patch('merge', `apply: ${name}`, `${configMaps}/nothing?dryRun=All`, body, {
              contentType: 'application/apply-patch+yaml',
            })
          : patch(kind, `${kind}: ${name}`, `${configMaps}/nothing`, body),
      ),
    ),
  },
  {
    name: 'patch rules: at the same time',
    steps: [post('create', configMaps, configMap('subject', { data: { a: '1' } }))],
    independent: (['merge', 'strategic'] as const).flatMap((kind) =>
      Array.from({ length: 6 }, (_, index) =>
        patch(
          kind,
          `${kind} ${index}`,
          `${configPath}?fieldManager=m`,
          { data: { same: 'x' } },
          { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
        ),
      ),
    ),
  },
  {
    name: 'patch rules: subresources',
    steps: [post('create the pod', pods, pod('subject', { containers: [{ name: 'a', image: 'a' }] })), created],
    independent: [
      ...dryRuns('strategic', `${podPath}/status`, {
        'condition added': { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
        'conditions replaced': { status: { conditions: [{ $patch: 'replace' }, { type: 'Ready', status: 'True' }] } },
        'condition without a type': { status: { conditions: [{ status: 'True' }] } },
        addresses: { status: { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] } },
        'container statuses': {
          status: {
            containerStatuses: [
              { name: 'a', image: 'a', imageID: '', ready: true, restartCount: 1, state: { running: {} } },
            ],
          },
        },
        'status null': { status: null },
        spec: { spec: { nodeName: 'x' } },
        name: metadata({ name: 'other' }),
      }),
      ...dryRuns('json', `${podPath}/status`, {
        'JSON, phase': operation('add', '/status/phase', { value: 'Running' }),
        'JSON, no status': operation('remove', '/status'),
        'JSON, test': operation('test', '/status/phase', { value: 'Failed' }),
      }),
      ...dryRuns('merge', `${deploymentPath}/scale`, {
        scale: { spec: { replicas: 3 } },
        'scale negative': { spec: { replicas: -1 } },
        'scale null': { spec: { replicas: null } },
        'scale of a wrong type': { spec: { replicas: 'x' } },
        'scale, stale': metadata({ resourceVersion: '1' }),
        'scale, name': metadata({ name: 'other' }),
        'scale, uid': metadata({ uid: '11111111-2222-3333-4444-555555555555' }),
        'scale, kind': { kind: 'Deployment' },
        'scale, unknown field': { spec: { unheard: 1 } },
      }),
      ...dryRuns('strategic', `${deploymentPath}/scale`, {
        'scale, strategic': { spec: { replicas: 3 } },
        'scale, replaced': { spec: { $patch: 'replace', replicas: 4 } },
      }),
      ...dryRuns('json', `${deploymentPath}/scale`, {
        'scale, JSON': operation('replace', '/spec/replicas', { value: 5 }),
        'scale, JSON test': operation('test', '/spec/replicas', { value: 5 }),
      }),
    ],
  },
  {
    name: 'patch rules: services',
    steps: [
      post(
        'create',
        services,
        service('subject', {
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 80, protocol: 'UDP' },
            { name: 'c', port: 81 },
          ],
        }),
      ),
      get('get', `${services}/subject`),
    ],
    independent: dryRuns('strategic', `${services}/subject`, {
      'port by number': { spec: { ports: [{ port: 80, targetPort: 8080 }] } },
      'port by number and protocol': { spec: { ports: [{ port: 80, protocol: 'UDP', targetPort: 8080 }] } },
      'port deleted': { spec: { ports: [{ port: 80, $patch: 'delete' }] } },
      'ports in order': { spec: { '$setElementOrder/ports': [{ port: 81 }, { port: 80 }] } },
      'ports in order by protocol': {
        spec: {
          '$setElementOrder/ports': [
            { port: 80, protocol: 'UDP' },
            { port: 80, protocol: 'TCP' },
            { port: 81, protocol: 'TCP' },
          ],
        },
      },
      'external addresses': { spec: { externalIPs: ['1.2.3.4'] } },
      'external addresses deleted': { spec: { '$deleteFromPrimitiveList/externalIPs': ['1.2.3.4'] } },
    }),
  },
];
