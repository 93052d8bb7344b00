/** The compiled model: registry, defaults, the stored form, merge metadata. */
import test from 'ava';
import { loadFacts } from '../../../openapi/facts.ts';
import type { JsonObject } from '../json.ts';
import { compileFacts } from './compile-facts.ts';
import { decodeJson } from './decode-json.ts';
import { applyDefaults, type Defaulter } from './defaults.ts';
import { patchMeta } from './patch-meta.ts';
import { toStoredForm } from './stored-form.ts';
import { Kind } from './type-schema.ts';

const registry = compileFacts(loadFacts());
const CORE = 'io.k8s.api.core.v1';

function object(type: string, text: string): JsonObject {
  return decodeJson(registry.struct(type), Buffer.from(text)).object;
}

test('every type of the facts compiles, types that contain themselves too', (t) => {
  for (const name of registry.names()) t.not(registry.get(name), undefined, name);
  const props = registry.struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
  const not = props.byName.get('not');
  t.is(not?.schema, props);
});

test('kinds are found by group, version and kind', (t) => {
  t.is(registry.forKind('apps', 'v1', 'Deployment'), registry.struct('io.k8s.api.apps.v1.Deployment'));
  t.is(registry.forKind('apps', 'v1', 'constructor'), undefined);
});

test('merge metadata follows struct fields, list elements and map values', (t) => {
  const pod = registry.struct(`${CORE}.Pod`);
  const ports = patchMeta(pod, 'spec', 'containers', 'ports');
  t.deepEqual([ports?.strategies, ports?.mergeKey], [['merge'], 'containerPort']);
  t.deepEqual(ports?.field?.mapKeys, ['containerPort', 'protocol']);
  t.deepEqual(patchMeta(pod, 'spec', 'volumes')?.strategies, ['merge', 'retainKeys']);
  t.is(patchMeta(pod, 'metadata', 'labels', 'any')?.schema.kind, Kind.string);
  t.is(patchMeta(pod, 'spec', 'nope'), undefined);
});

test('defaulters run parents first, then down the fields in the order of Go', (t) => {
  const calls: string[] = [];
  const names = ['PodSpec', 'Container', 'Volume', 'ObjectFieldSelector', 'ConfigMapVolumeSource'];
  const defaulters = new Map<string, Defaulter>(names.map((name) => [`${CORE}.${name}`, () => void calls.push(name)]));
  defaulters.set('v1.ResourceList', () => void calls.push('ResourceList'));
  const pod = object(
    `${CORE}.Pod`,
    `{"spec":{"containers":[{"resources":{"limits":{"cpu":"1"}},"env":[{"valueFrom":{"fieldRef":{}}}]}],
      "volumes":[{"configMap":{}},{"emptyDir":{}}]}}`,
  );
  applyDefaults(registry.struct(`${CORE}.Pod`), pod, defaulters);
  t.deepEqual(calls, [
    'PodSpec',
    'Volume',
    'ConfigMapVolumeSource',
    'Volume',
    'Container',
    'ObjectFieldSelector',
    'ResourceList',
  ]);
});

test('a defaulter sees the root, and what it adds is defaulted in turn', (t) => {
  const defaulters = new Map<string, Defaulter>([
    [
      `${CORE}.PodSpec`,
      (spec, root) => void (spec.containers = [{ name: (root.metadata as JsonObject).name ?? '', ports: [{}] }]),
    ],
  ]);
  const pod = object(`${CORE}.Pod`, '{"metadata":{"name":"web"}}');
  applyDefaults(registry.struct(`${CORE}.Pod`), pod, defaulters);
  t.deepEqual((pod.spec as JsonObject).containers, [{ name: 'web', ports: [{ protocol: 'TCP' }] }]);
});

test('defaults named by the schema are set where a value is unset or zero, and nowhere else', (t) => {
  const volume = object(
    `${CORE}.PersistentVolume`,
    '{"spec":{"azureDisk":{"diskName":"d","diskURI":"u","kind":"Managed"},"rbd":{"monitors":[],"image":"i","pool":"p"}}}',
  );
  applyDefaults(registry.struct(`${CORE}.PersistentVolume`), volume, new Map());
  const spec = volume.spec as JsonObject;
  const azure = {
    diskName: 'd',
    diskURI: 'u',
    cachingMode: 'ReadWrite',
    fsType: 'ext4',
    readOnly: false,
    kind: 'Managed',
  };
  t.deepEqual(spec.azureDisk, azure);
  t.deepEqual(spec.rbd, { monitors: [], image: 'i', pool: 'p', user: 'admin', keyring: '/etc/ceph/keyring' });
});

test('the stored form does not tell empty from unset', (t) => {
  const stored = (type: string, text: string) => {
    const value = object(type, text);
    toStoredForm(registry.struct(type), value);
    return JSON.stringify(value);
  };
  t.is(stored('io.k8s.api.rbac.v1.Role', '{"rules":[]}'), '{"metadata":{},"rules":null}');
  t.is(
    stored('io.k8s.api.rbac.v1.RoleList', '{"items":[{"rules":[{"verbs":[]}]}]}'),
    '{"metadata":{},"items":[{"metadata":{},"rules":[{"verbs":null}]}]}',
  );
  t.is(stored(`${CORE}.Secret`, '{"data":{"a":null}}'), '{"metadata":{},"data":{"a":""}}');
});
