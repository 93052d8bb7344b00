import test from 'ava';
import { allocateDevices } from '../../backends/scheduler/default/plugins/allocate-devices.ts';
import type { Devices, NodeInfo } from '../../backends/scheduler/interface.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import type { ResourceSlice } from '../client/api-types.ts';
import { compiledDeviceClaim, compiledDeviceClass, compiledPools } from './compile/device-objects.ts';
import { nodeInfo } from './compile/node-info.ts';

const driver = 'gpu.example.com';
const node: NodeInfo = nodeInfo({ metadata: { name: 'n', labels: { rack: 'a' } } }, undefined);

const attributes = (model: string, numa: number) => ({
  model: { string: model },
  numa: { int: numa },
  version: { version: '1.2.0' },
});

function slice(name: string, spec: object, devices: readonly object[]): ResourceSlice {
  const pool = { name, generation: 1, resourceSliceCount: 1 };
  return { metadata: { name }, spec: { driver, pool, devices, ...spec } } as unknown as ResourceSlice;
}

const two = slice('n', { nodeName: 'n' }, [
  { name: 'g0', attributes: attributes('A', 0), capacity: { memory: { value: '40Gi' } } },
  { name: 'g1', attributes: attributes('A', 1), capacity: { memory: { value: '80Gi' } } },
]);
const elsewhere = slice('m', { nodeName: 'm' }, [{ name: 'g9', attributes: attributes('A', 0) }]);
const ofRack = slice(
  'rack',
  { nodeSelector: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'rack', operator: 'In', values: ['a'] }] }] } },
  [
    { name: 'r0', attributes: attributes('R', 0) },
    { name: 'r1', attributes: attributes('R', 0), taints: [{ key: 'sick', effect: 'NoSchedule' }] },
  ],
);

let made = 0;
function claim(devices: object) {
  const name = `c${++made}`;
  return compiledDeviceClaim({
    metadata: { name, namespace: 'default', uid: name },
    spec: { devices },
  });
}
const request = (name: string, exactly: object) => ({ name, exactly: { deviceClassName: 'gpu', ...exactly } });
const cel = (expression: string) => ({ selectors: [{ cel: { expression } }] });

const gpus = compiledDeviceClass({
  metadata: { name: 'gpu' },
  spec: cel(`device.driver == "${driver}"`),
});
const devices = { deviceClass: () => gpus } as unknown as Devices;

/** "request device" of what is found. */
function found(
  slices: readonly ResourceSlice[],
  claims: readonly ReturnType<typeof claim>[],
  allocated: readonly string[] = [],
): string[][] | undefined {
  const parts = { devices, pools: compiledPools(slices), allocated: new Set(allocated) };
  return allocateDevices(claims, node, parts)?.map((each) =>
    each.devices.map(({ device, request: of }) => `${of} ${device.name}`),
  );
}

test('devices of other nodes, and those that are taken, are not given', (t) => {
  const one = () => claim({ requests: [request('r', {})] });
  t.deepEqual(found([elsewhere, two], [one()]), [['r g0']]);
  t.deepEqual(found([two], [one()], [`${driver}/n/g0`]), [['r g1']]);
  t.is(found([elsewhere], [one()]), undefined);
  t.deepEqual(found([two], [one(), one()]), [['r g0'], ['r g1']]);
  t.is(found([two], [one(), one(), one()]), undefined);
});

test('devices of a pool are where its node selector says, and taints keep claims away', (t) => {
  t.deepEqual(found([ofRack], [claim({ requests: [request('r', {})] })]), [['r r0']]);
  t.is(found([ofRack], [claim({ requests: [request('r', { count: 2 })] })]), undefined);
  const tolerations = [{ key: 'sick', operator: 'Exists' }];
  t.deepEqual(found([ofRack], [claim({ requests: [request('r', { count: 2, tolerations })] })]), [['r r0', 'r r1']]);
});

test('expressions select by attributes, versions and capacities; what fails says where', (t) => {
  const select = (expression: string) => found([two], [claim({ requests: [request('r', cel(expression))] })]);
  t.deepEqual(select(`device.attributes["${driver}"].numa == 1`), [['r g1']]);
  t.deepEqual(select(`device.capacity["${driver}"].memory.compareTo(quantity("50Gi")) > 0`), [['r g1']]);
  t.deepEqual(select(`device.attributes["${driver}"].version.isLessThan(semver("2.0.0"))`), [['r g0']]);
  t.deepEqual(select('!("x" in device.attributes["other.example.com"])'), [['r g0']]);
  t.throws(() => select(`device.attributes["${driver}"].missing == 1`), {
    message: /^claim default\/c\d+: selector #0: CEL runtime error: no such key: missing$/,
  });
});

test('constraints hold over all requests, and the search goes back for them', (t) => {
  const requests = [request('a', cel(`device.attributes["${driver}"].numa == 1`)), request('b', {})];
  const match = (kind: string, attribute: string) =>
    claim({ requests, constraints: [{ [kind]: `${driver}/${attribute}` }] });
  t.deepEqual(found([two], [match('matchAttribute', 'model')]), [['a g1', 'b g0']]);
  t.is(found([two], [match('matchAttribute', 'numa')]), undefined);
  t.deepEqual(found([two], [match('distinctAttribute', 'numa')]), [['a g1', 'b g0']]);
  t.is(found([two], [match('distinctAttribute', 'model')]), undefined);
});

test('the first alternative that can be had is taken', (t) => {
  const firstAvailable = [
    { name: 'many', deviceClassName: 'gpu', count: 3 },
    { name: 'all', deviceClassName: 'gpu', allocationMode: 'All' },
  ];
  t.deepEqual(found([two], [claim({ requests: [{ name: 'r', firstAvailable }] })]), [['r/all g0', 'r/all g1']]);
});

test('all devices are not all while a driver publishes more', (t) => {
  const more = structuredClone(two) as unknown as { spec: { pool: JsonObject } };
  more.spec.pool.resourceSliceCount = 2;
  const all = claim({ requests: [request('r', { allocationMode: 'All' })] });
  t.throws(() => found([more as unknown as ResourceSlice], [all]), {
    message: /asks for all devices, but resource pool .* is currently being updated/,
  });
});

test('who only administrates gets devices that others have', (t) => {
  const admin = claim({ requests: [request('r', { adminAccess: true })] });
  t.deepEqual(found([two], [admin], [`${driver}/n/g0`, `${driver}/n/g1`]), [['r g0']]);
});
