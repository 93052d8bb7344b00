import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadDescriptions } from './descriptions.ts';
import { loadFacts, typeOfKind } from './facts.ts';
import type { FactsTable, FieldFacts } from './type-facts.ts';

const { types } = loadFacts();

function field(typeName: string, name: string): FieldFacts | undefined {
  return types[typeName]?.fields?.[name];
}

test('every kind of a group version names its type', (t) => {
  t.is(typeOfKind({ group: '', version: 'v1', kind: 'Pod' }), 'io.k8s.api.core.v1.Pod');
  t.is(typeOfKind({ group: 'apps', version: 'v1', kind: 'DeploymentList' }), 'io.k8s.api.apps.v1.DeploymentList');
  t.is(
    typeOfKind({ group: 'apps', version: 'v1', kind: 'DeleteOptions' }),
    'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  );
  t.is(typeOfKind({ group: 'apps', version: 'v1beta1', kind: 'Deployment' }), undefined);
  t.is(typeOfKind({ group: '', version: 'v1', kind: 'constructor' }), undefined);
});

test('every type that a field refers to is in the table', (t) => {
  for (const [typeName, type] of Object.entries(types)) {
    for (const [name, { t: expression }] of Object.entries(type.fields ?? {})) {
      const base = expression.replaceAll(/\[\]|\{\}/g, '');
      if (base.startsWith('#')) t.true(Object.hasOwn(types, base.slice(1)), `${typeName}.${name}: ${expression}`);
      else t.regex(base, /^(string|bool|bytes|any|float64|u?int(8|32|64)?)$/, `${typeName}.${name}`);
    }
  }
});

test('protobuf numbers are unique within a message, and a path names each message it goes through', (t) => {
  for (const [typeName, type] of Object.entries(types)) {
    const numbers = Object.values(type.fields ?? {}).flatMap(({ pb }) => (pb === undefined ? [] : [String(pb)]));
    t.is(new Set(numbers).size, numbers.length, typeName);
    for (const { pb, via } of Object.values(type.fields ?? {})) {
      t.is(via?.length ?? 0, typeof pb === 'object' ? pb.length - 1 : 0, typeName);
    }
  }
});

test('kind and apiVersion are not part of protobuf messages', (t) => {
  t.is(field('io.k8s.api.core.v1.Pod', 'kind')?.pb, undefined);
  t.is(field('io.k8s.api.core.v1.Pod', 'spec')?.pb, 2);
});

test('fields of inline structs have the path of their protobuf message', (t) => {
  t.deepEqual(field('io.k8s.api.core.v1.Volume', 'emptyDir')?.pb, [2, 2]);
  t.deepEqual(field('io.k8s.api.core.v1.Volume', 'emptyDir')?.via, ['VolumeSource']);
  t.deepEqual(field('io.k8s.api.admissionregistration.v1.NamedRuleWithOperations', 'scope')?.pb, [2, 2, 4]);
});

test('lists of ports are merged by port and protocol', (t) => {
  t.like(field('io.k8s.api.core.v1.Container', 'ports'), {
    t: '[]#io.k8s.api.core.v1.ContainerPort',
    listType: 'map',
    mapKeys: ['containerPort', 'protocol'],
    patchStrategy: 'merge',
    patchMergeKey: 'containerPort',
  });
  t.is(field('io.k8s.api.core.v1.ContainerPort', 'protocol')?.def, 'TCP');
});

test('lists of strings with a protobuf message of their own are special', (t) => {
  t.is(types['io.k8s.api.authentication.v1.ExtraValue']?.special, 'Verbs');
  t.is(field('io.k8s.api.authentication.v1.UserInfo', 'extra')?.t, '{}#io.k8s.api.authentication.v1.ExtraValue');
});

const smallFacts: FactsTable = {
  kubernetes: '1.0.0',
  types: {
    'io.example.core.v1.Event': {
      go: 'Event',
      fields: { 'x-kubernetes-map-type': { t: 'string' }, default: { t: 'bool' } },
    },
    'io.example.events.v1.Event': { go: 'Event', fields: { note: { t: 'string' } } },
    'io.example.core.v1.Box': { go: 'Box', fields: { size: { t: 'int32' } } },
  },
};

test('descriptions are joined by class, property and parameter name, without the escapes of the generator', (t) => {
  const descriptions = loadDescriptions({ facts: smallFacts, packageFolder: fakePackage(t) });
  t.is(descriptions.version, 'client-node-9.9.9');
  t.is(descriptions.type('io.example.core.v1.Event'), "An event's core.\n\nSecond paragraph */ here.");
  t.is(descriptions.field('io.example.core.v1.Event', 'default'), 'The "default".');
  t.is(descriptions.field('io.example.core.v1.Event', 'x-kubernetes-map-type'), 'Map type.');
  t.is(descriptions.field('io.example.events.v1.Event', 'note'), 'A note.');
  t.is(descriptions.parameter('listNamespacedConfigMap', 'limit'), "At most 'this' many.");
});

test('a class with other properties than the type does not describe it', (t) => {
  const descriptions = loadDescriptions({ facts: smallFacts, packageFolder: fakePackage(t) });
  t.is(descriptions.type('io.example.core.v1.Box'), undefined);
});

test('a later start reads descriptions from the cache folder, and joins anew when the file is damaged', (t) => {
  const packageFolder = fakePackage(t);
  const cacheFolder = join(packageFolder, 'cache');
  const load = () => loadDescriptions({ facts: smallFacts, packageFolder, cacheFolder });
  t.is(load().field('io.example.events.v1.Event', 'note'), 'A note.');
  const [file = ''] = readdirSync(cacheFolder);

  rmSync(join(packageFolder, 'dist'), { recursive: true });
  t.is(load().field('io.example.events.v1.Event', 'note'), 'A note.');

  writeFileSync(join(cacheFolder, file), '{"types":');
  t.is(load().field('io.example.events.v1.Event', 'note'), undefined);
});

test('types that the package has no class for are described in our own words, unless it tells of them', (t) => {
  const descriptions = loadDescriptions({ facts: loadFacts() });
  const reached = new Set<string>();
  const reach = (type: string): void => {
    if (reached.has(type) || types[type] === undefined) return;
    reached.add(type);
    for (const { t: expression } of Object.values(types[type].fields ?? {})) {
      for (const [name] of expression.matchAll(/io\.k8s\.[\w.-]+/g)) reach(name);
    }
  };
  reach('io.k8s.api.core.v1.Pod');
  reach('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition');
  t.true(reached.size > 150);
  t.deepEqual(
    [...reached].filter((type) => descriptions.type(type) === undefined),
    [],
  );
});

test('without the package there are no descriptions, and no error', (t) => {
  const descriptions = loadDescriptions({ facts: smallFacts, packageFolder: '/nowhere' });
  t.is(descriptions.version, 'none');
  t.is(descriptions.type('io.example.core.v1.Event'), undefined);
});

test('names that every object inherits describe nothing', (t) => {
  const descriptions = loadDescriptions({ facts: smallFacts, packageFolder: fakePackage(t) });
  t.is(descriptions.type('constructor'), undefined);
  t.is(descriptions.field('io.example.core.v1.Event', 'toString'), undefined);
  t.is(descriptions.parameter('__proto__', 'constructor'), undefined);
});

function fakePackage(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'descriptions-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'dist/gen/models'), { recursive: true });
  mkdirSync(join(folder, 'dist/gen/apis'), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  write('package.json', '{"version":"9.9.9"}');
  write(
    'dist/gen/models/CoreV1Event.d.ts',
    modelSource('CoreV1Event', "An event\\'s core.  Second paragraph *_/ here.", {
      _default: 'The \\"default\\".',
      x_kubernetes_map_type: 'Map type.',
    }),
  );
  write('dist/gen/models/EventsV1Event.d.ts', modelSource('EventsV1Event', 'Another.', { note: 'A note.' }));
  write('dist/gen/models/V1Box.d.ts', modelSource('V1Box', 'Of another group.', { weight: 'Heavy.' }));
  write(
    'dist/gen/apis/CoreV1Api.d.ts',
    '    /**\n     * list\n     * @param limit At most \\&#39;this\\&#39; many.\n     */\n    listNamespacedConfigMap(limit?: number): void;\n',
  );
  return folder;
}

function modelSource(name: string, comment: string, properties: Record<string, string>): string {
  const members = Object.entries(properties).map(
    ([property, text]) => `    /**\n    * ${text}\n    */\n    '${property}'?: string;\n`,
  );
  return `/**\n* ${comment}\n*/\nexport declare class ${name} {\n${members.join('')}    constructor();\n}\n`;
}
