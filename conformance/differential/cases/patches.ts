/** Patches: the three kinds, their directives and everything that can be wrong with them. */
import { type Case, type Json, patch, post, type Step } from '../case.ts';
import { configMap, configMaps, deployment, deployments, pod, pods, service, services } from './objects.ts';

const target = `${configMaps}/subject`;
const created = post('create', configMaps, configMap('subject', { data: { a: '1', b: '2' } }));

type Kind = Parameters<typeof patch>[0];
const all = (kind: Kind, path: string, bodies: readonly (readonly [string, Json])[]): Step[] =>
  bodies.map(([name, body]) => patch(kind, name, path, body));

const deploymentPath = `${deployments}/subject`;
const rich = deployment('subject', {
  template: {
    metadata: { labels: { app: 'subject' } },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'a:1',
          ports: [{ containerPort: 80 }, { containerPort: 81 }],
          env: [
            { name: 'X', value: '1' },
            { name: 'Y', value: '2' },
          ],
        },
        { name: 'b', image: 'b:1', args: ['one', 'two'] },
      ],
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', configMap: { name: 'c' } },
      ],
      tolerations: [{ key: 'k', operator: 'Exists' }],
    },
  },
});
const inTemplate = (spec: Json): Json => ({ spec: { template: { spec } } });

export const patchCases: readonly Case[] = [
  {
    name: 'patches: merge',
    steps: [
      created,
      ...all('merge', target, [
        ['add', { data: { c: '3' } }],
        ['remove', { data: { a: null } }],
        ['remove what is not there', { data: { zzz: null } }],
        ['empty', {}],
        ['replace the map', { data: null }],
        ['wrong type', { data: 'x' }],
        ['wrong value type', { data: { a: 1 } }],
        ['number', 5],
        ['list', []],
        ['text', '"x"'],
        ['null', 'null'],
        ['malformed', '{"data":'],
        ['nothing', ''],
        ['name', { metadata: { name: 'other' } }],
        ['namespace', { metadata: { namespace: 'other' } }],
        ['uid', { metadata: { uid: '11111111-2222-3333-4444-555555555555' } }],
        ['right uid is kept', { metadata: { creationTimestamp: null } }],
        ['resourceVersion that is wrong', { metadata: { resourceVersion: '1' } }],
        ['resourceVersion null', { metadata: { resourceVersion: null }, data: { d: '4' } }],
        ['kind', { kind: 'Secret' }],
        ['apiVersion', { apiVersion: 'v2' }],
        ['generation', { metadata: { generation: 77 } }],
        ['creationTimestamp', { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } }],
        ['deletionTimestamp', { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } }],
        ['finalizers', { metadata: { finalizers: ['example.com/f'] } }],
        ['finalizers away', { metadata: { finalizers: null } }],
        ['labels away', { metadata: { labels: null, annotations: null } }],
        ['hostile keys', '{"data":{"__proto__":"x","constructor":"y"}}'],
        ['immutable', { immutable: true }],
        ['change of the immutable', { data: { a: 'x' } }],
        ['immutable back', { immutable: false }],
      ]),
      patch('merge', 'not there', `${configMaps}/nothing`, { data: {} }),
    ],
  },
  {
    name: 'patches: JSON',
    steps: [
      created,
      ...all('json', target, [
        ['add', [{ op: 'add', path: '/data/c', value: '3' }]],
        ['replace', [{ op: 'replace', path: '/data/a', value: '9' }]],
        ['replace what is not there', [{ op: 'replace', path: '/data/zzz', value: '9' }]],
        ['remove', [{ op: 'remove', path: '/data/b' }]],
        ['remove what is not there', [{ op: 'remove', path: '/data/zzz' }]],
        ['add below what is not there', [{ op: 'add', path: '/metadata/labels/a', value: 'b' }]],
        ['add labels', [{ op: 'add', path: '/metadata/labels', value: { a: 'b', 'example.com/x': 'y' } }]],
        ['escaped', [{ op: 'replace', path: '/metadata/labels/example.com~1x', value: 'z' }]],
        ['copy', [{ op: 'copy', from: '/data/a', path: '/data/copied' }]],
        ['move', [{ op: 'move', from: '/data/copied', path: '/data/moved' }]],
        ['move what is not there', [{ op: 'move', from: '/data/zzz', path: '/data/moved' }]],
        ['test', [{ op: 'test', path: '/data/a', value: '9' }]],
        ['test that fails', [{ op: 'test', path: '/data/a', value: 'no' }]],
        ['test of what is not there', [{ op: 'test', path: '/data/zzz', value: null }]],
        ['unknown operation', [{ op: 'bogus', path: '/data/a' }]],
        ['no operation', [{ path: '/data/a', value: '1' }]],
        ['no path', [{ op: 'add', value: '1' }]],
        ['no value', [{ op: 'add', path: '/data/d' }]],
        ['no from', [{ op: 'copy', path: '/data/d' }]],
        ['path without slash', [{ op: 'add', path: 'data/d', value: '1' }]],
        ['whole document', [{ op: 'replace', path: '', value: {} }]],
        ['list index', [{ op: 'add', path: '/data/-', value: 'x' }]],
        ['wrong type', [{ op: 'replace', path: '/data', value: 'x' }]],
        [
          'second fails, first is not kept',
          [
            { op: 'add', path: '/data/e', value: '5' },
            { op: 'remove', path: '/data/zzz' },
          ],
        ],
        ['empty', []],
        ['object', {}],
        ['number', 5],
        ['list of numbers', [5]],
        ['malformed', '[{'],
        ['nothing', ''],
        ['too many operations', Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/data/a', value: '9' }))],
        ['hostile path', [{ op: 'add', path: '/__proto__/x', value: '1' }]],
        ['hostile key', [{ op: 'add', path: '/data/__proto__', value: '1' }]],
      ]),
    ],
  },
  {
    name: 'patches: JSON on lists',
    steps: [
      post('create', deployments, rich),
      ...all('json', deploymentPath, [
        ['append', [{ op: 'add', path: '/spec/template/spec/containers/1/args/-', value: 'three' }]],
        ['insert', [{ op: 'add', path: '/spec/template/spec/containers/1/args/0', value: 'zero' }]],
        ['beyond the end', [{ op: 'add', path: '/spec/template/spec/containers/1/args/9', value: 'x' }]],
        ['replace beyond the end', [{ op: 'replace', path: '/spec/template/spec/containers/1/args/9', value: 'x' }]],
        ['negative', [{ op: 'add', path: '/spec/template/spec/containers/1/args/-1', value: 'x' }]],
        ['leading zero', [{ op: 'replace', path: '/spec/template/spec/containers/1/args/00', value: 'x' }]],
        ['name as an index', [{ op: 'replace', path: '/spec/template/spec/containers/a/image', value: 'x' }]],
        ['remove', [{ op: 'remove', path: '/spec/template/spec/containers/1/args/0' }]],
        ['remove the end', [{ op: 'remove', path: '/spec/template/spec/containers/1/args/-' }]],
      ]),
    ],
  },
  {
    name: 'patches: strategic',
    steps: [
      post('create', deployments, rich),
      ...all('strategic', deploymentPath, [
        ['merge by name', inTemplate({ containers: [{ name: 'b', image: 'b:2' }] })],
        ['add by name', inTemplate({ containers: [{ name: 'c', image: 'c:1' }] })],
        ['delete by name', inTemplate({ containers: [{ name: 'c', $patch: 'delete' }] })],
        ['delete what is not there', inTemplate({ containers: [{ name: 'zzz', $patch: 'delete' }] })],
        [
          'nested merge',
          inTemplate({
            containers: [{ name: 'a', env: [{ name: 'X', value: '9' }], ports: [{ containerPort: 80, name: 'http' }] }],
          }),
        ],
        [
          'order',
          inTemplate({
            $setElementOrder: undefined,
            '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
            containers: [{ name: 'a', image: 'a:3' }],
          }),
        ],
        ['atomic list', inTemplate({ containers: [{ name: 'b', args: ['new'] }] })],
        ['tolerations are replaced', inTemplate({ tolerations: [{ key: 'z', operator: 'Exists' }] })],
        ['volume changes its source', inTemplate({ volumes: [{ name: 'v', configMap: { name: 'd' } }] })],
        [
          'volume retains keys',
          inTemplate({ volumes: [{ name: 'v', $retainKeys: ['name', 'emptyDir'], emptyDir: {} }] }),
        ],
        ['strategy retains keys', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }],
        ['map replaced', { metadata: { labels: { $patch: 'replace', only: 'this' } } }],
        ['map deleted', { metadata: { labels: { $patch: 'delete' } } }],
        ['map null', { metadata: { annotations: null } }],
        ['list null', inTemplate({ tolerations: null })],
        ['list replaced', inTemplate({ containers: [{ $patch: 'replace' }, { name: 'solo', image: 'solo:1' }] })],
        ['primitive list merged', { metadata: { finalizers: ['example.com/a'] } }],
        ['primitive list merged again', { metadata: { finalizers: ['example.com/b'] } }],
        ['deleted from the primitive list', { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] } }],
        ['finalizers away', { metadata: { $patch: 'merge', finalizers: null } }],
        ['merge key missing', inTemplate({ containers: [{ image: 'x' }] })],
        ['unknown directive', inTemplate({ $patch: 'bogus' })],
        ['directive of a wrong type', inTemplate({ $patch: 5 })],
        ['wrong type', inTemplate({ containers: {} })],
        ['text for a list', inTemplate({ containers: 'x' })],
        ['list for a map', { metadata: { labels: [] } }],
        ['unknown field', { spec: { unheardOf: {} } }],
        ['malformed', '{"spec":'],
        ['list', []],
        ['number', 5],
        ['null', 'null'],
        ['nothing', ''],
        ['empty', {}],
        ['selector', { spec: { selector: { matchLabels: { app: 'other' } } } }],
      ]),
    ],
  },
  {
    name: 'patches: strategic on services and pods',
    steps: [
      post(
        'create service',
        services,
        service('subject', {
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81 },
          ],
        }),
      ),
      ...all('strategic', `${services}/subject`, [
        ['port merged by number', { spec: { ports: [{ port: 80, targetPort: 8080 }] } }],
        ['port added', { spec: { ports: [{ name: 'c', port: 82 }] } }],
        ['port deleted', { spec: { ports: [{ port: 81, $patch: 'delete' }] } }],
        ['selector', { spec: { selector: { app: 'x' } } }],
        ['selector null', { spec: { selector: null } }],
      ]),
      post('create pod', pods, pod('subject', { containers: [{ name: 'a', image: 'a:1' }] })),
      ...all('strategic', `${pods}/subject`, [
        ['image', { spec: { containers: [{ name: 'a', image: 'a:2' }] } }],
        ['forbidden change', { spec: { containers: [{ name: 'a', args: ['x'] }] } }],
        ['new container', { spec: { containers: [{ name: 'b', image: 'b' }] } }],
        ['toleration added', { spec: { tolerations: [{ key: 'new', operator: 'Exists' }] } }],
        ['active deadline', { spec: { activeDeadlineSeconds: 30 } }],
        ['active deadline longer', { spec: { activeDeadlineSeconds: 60 } }],
        ['grace period', { spec: { terminationGracePeriodSeconds: 1 } }],
      ]),
    ],
  },
  {
    name: 'patches: media types',
    steps: [
      created,
      ...[
        'application/json',
        'text/plain',
        'application/apply-patch',
        'application/merge-patch+json; charset=utf-8',
        'application/yaml',
        'bogus',
      ].map((contentType): Step => ({ name: contentType, method: 'PATCH', path: target, body: {}, contentType })),
    ],
  },
];
