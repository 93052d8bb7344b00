import test from 'ava';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { noDescriptions } from '../../../openapi/descriptions.ts';
import { loadFacts } from '../../../openapi/facts.ts';
import { OpenApiDocuments } from './open-api-documents.ts';
import { type OpenApiResponse, respondOpenApi } from './open-api-response.ts';
import { operationIdPrefix, operationTag, withArticle } from './operation-names.ts';
import { ReverseWriter } from './reverse-writer.ts';
import { customTypeName, type ServedResource } from './served-resource.ts';

const facts = loadFacts();
const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const pods: ServedResource = {
  group: '',
  version: 'v1',
  resource: 'pods',
  kind: 'Pod',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'io.k8s.api.core.v1.Pod',
  deleteReturnsObject: true,
  subresources: [
    subresource('status', ['get', 'patch', 'update'], '', 'v1', 'Pod', 'io.k8s.api.core.v1.Pod'),
    subresource('log', ['get'], '', 'v1', 'Pod'),
    subresource('exec', ['create', 'get'], '', 'v1', 'PodExecOptions'),
    subresource('proxy', ['create', 'delete', 'get', 'patch', 'update'], '', 'v1', 'PodProxyOptions'),
    subresource('eviction', ['create'], 'policy', 'v1', 'Eviction', 'io.k8s.api.policy.v1.Eviction'),
  ],
};

const clusterRoles: ServedResource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'clusterroles',
  kind: 'ClusterRole',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'io.k8s.api.rbac.v1.ClusterRole',
  subresources: [],
};

const widgets: ServedResource = {
  group: 'shop.example.com',
  version: 'v1',
  resource: 'widgets',
  kind: 'Widget',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: customTypeName('shop.example.com', 'v1', 'Widget'),
  subresources: [],
  custom: {
    listKind: 'WidgetList',
    selectableFields: ['.spec.color'],
    revision: '1',
    schema: (): unknown =>
      JSON.parse(`{
      "type": "object",
      "properties": {
        "spec": {
          "type": "object",
          "required": ["size"],
          "properties": {
            "size": { "type": "integer", "nullable": true, "default": 3 },
            "port": { "x-kubernetes-int-or-string": true },
            "free": { "type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": { "a": { "type": "string" } } },
            "template": { "type": "object", "x-kubernetes-embedded-resource": true },
            "choice": { "type": "object", "oneOf": [{ "required": ["a"] }] },
            "__proto__": { "type": "string" },
            "constructor": { "type": "string" }
          }
        }
      }
    }`),
  },
};

const documents = new OpenApiDocuments({
  facts,
  descriptions: noDescriptions,
  resources: [pods, clusterRoles, widgets],
});

type Json = { readonly [key: string]: Json } & readonly Json[] & string;

function read(bytes: Buffer | undefined): Json {
  return JSON.parse(String(bytes)) as Json;
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : 1;
}

function groupVersion(key: string): Json {
  return read(documents.groupVersion(key, 'json'));
}

function subresource(name: string, verbs: string[], group: string, version: string, kind: string, typeName = '') {
  return { name, verbs, group, version, kind, typeName };
}

test('the index lists every group version, every built-in group and the fixed documents', (t) => {
  t.deepEqual(Object.keys(read(documents.index()).paths ?? {}), [
    '.well-known/openid-configuration',
    'api',
    'api/v1',
    'apis',
    'apis/rbac.authorization.k8s.io',
    'apis/rbac.authorization.k8s.io/v1',
    'apis/shop.example.com/v1',
    'openid/v1/jwks',
    'version',
  ]);
});

test('every path of a resource has the operations of its verbs', (t) => {
  const { paths } = groupVersion('api/v1');
  const operations = Object.entries(paths ?? {}).map(([path, item]) => [
    path,
    Object.keys(item)
      .filter((key) => key !== 'parameters')
      .join(' '),
  ]);
  const pod = '/api/v1/namespaces/{namespace}/pods/{name}';
  const proxied = 'delete get head options patch post put';
  t.deepEqual(operations, [
    ['/api/v1/', 'get'],
    ['/api/v1/namespaces/{namespace}/pods', 'get post delete'],
    [pod, 'get put patch delete'],
    [`${pod}/eviction`, 'post'],
    [`${pod}/exec`, 'get post'],
    [`${pod}/log`, 'get'],
    [`${pod}/proxy`, proxied],
    [`${pod}/proxy/{path}`, proxied],
    [`${pod}/status`, 'get put patch'],
    ['/api/v1/pods', 'get'],
    ['/api/v1/watch/namespaces/{namespace}/pods', 'get'],
    ['/api/v1/watch/namespaces/{namespace}/pods/{name}', 'get'],
    ['/api/v1/watch/pods', 'get'],
  ]);
});

test('operation ids are unique over the whole server', (t) => {
  const { paths } = read(documents.v2('json'));
  const ids = Object.values(paths ?? {})
    .flatMap((item) => Object.values(item))
    .flatMap((operation) => operation.operationId ?? []);
  t.true(ids.length > 40);
  t.is(new Set(ids).size, ids.length);
  t.true(ids.includes('deleteCoreV1CollectionNamespacedPod'));
  t.true(ids.includes('connectCoreV1GetNamespacedPodProxyWithPath'));
  t.true(ids.includes('watchRbacAuthorizationV1ClusterRoleList'));
});

test('groups are named in operation ids and tags without their suffix', (t) => {
  t.is(operationIdPrefix('flowcontrol.apiserver.k8s.io', 'v1'), 'FlowcontrolApiserverV1');
  t.is(operationTag('openapi-probe.example.com', 'v1beta1'), 'openapiProbeExampleCom_v1beta1');
  t.is(operationTag('', 'v1'), 'core_v1');
});

test('plurals take no article', (t) => {
  t.deepEqual(['Pod', 'Event', 'Endpoints', 'StorageClass'].map(withArticle), [
    'a Pod',
    'an Event',
    'Endpoints',
    'a StorageClass',
  ]);
});

test('parameters of all operations of a path stand at the path, sorted by name', (t) => {
  const item = groupVersion('api/v1').paths?.['/api/v1/namespaces/{namespace}/pods/{name}'];
  t.deepEqual(
    item?.parameters?.map(({ name }) => name as string),
    ['name', 'namespace', 'pretty'],
  );
  t.deepEqual(
    item?.patch?.parameters?.map(({ name }) => name as string),
    ['dryRun', 'fieldManager', 'fieldValidation', 'force'],
  );
});

test('a document holds the schemas it refers to, and no others', (t) => {
  for (const key of ['api/v1', 'apis/rbac.authorization.k8s.io/v1', 'apis/shop.example.com/v1', 'version']) {
    const text = String(documents.groupVersion(key, 'json'));
    const referred = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name));
    t.deepEqual(Object.keys(read(Buffer.from(text)).components?.schemas ?? {}), [...referred].sort(compare), key);
  }
});

test('a reference with a default is wrapped, as a reference takes no siblings', (t) => {
  const schemas = groupVersion('api/v1').components?.schemas;
  t.deepEqual(schemas?.['io.k8s.api.core.v1.Pod']?.properties?.spec as unknown, {
    default: {},
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodSpec' }],
  });
  t.deepEqual(schemas?.['io.k8s.api.core.v1.ResourceRequirements']?.properties?.limits as unknown, {
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' },
  });
});

test('types registered in every group show only the kinds of the document', (t) => {
  const schema = groupVersion('apis/rbac.authorization.k8s.io/v1').components?.schemas;
  t.deepEqual(
    schema?.['io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions']?.['x-kubernetes-group-version-kind'] as unknown,
    [
      { group: '', kind: 'DeleteOptions', version: 'v1' },
      { group: 'rbac.authorization.k8s.io', kind: 'DeleteOptions', version: 'v1' },
    ],
  );
});

test('version 2 knows no defaults and one type for each value', (t) => {
  const { definitions } = read(documents.v2('json'));
  t.deepEqual(definitions?.['io.k8s.apimachinery.pkg.util.intstr.IntOrString'] as unknown, {
    type: 'string',
    format: 'int-or-string',
  });
  t.deepEqual(definitions?.['io.k8s.api.core.v1.Pod']?.properties?.spec as unknown, {
    $ref: '#/definitions/io.k8s.api.core.v1.PodSpec',
  });
  t.false(JSON.stringify(definitions).includes('"default":'));
});

test('kubectl before 1.28 finds dryRun and fieldValidation in the operation itself', (t) => {
  const patch = read(documents.v2('json')).paths?.['/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}']?.patch;
  const names = patch?.parameters?.map((parameter) => (parameter.name ?? parameter.$ref) as string) ?? [];
  t.true(names.includes('dryRun'));
  t.true(names.includes('fieldValidation'));
  t.true(names.some((name) => name.startsWith('#/parameters/force-')));
});

test('a custom resource gets the fields that every object has', (t) => {
  const schema = groupVersion('apis/shop.example.com/v1').components?.schemas?.['com.example.shop.v1.Widget'];
  const spec = schema?.properties?.spec;
  const properties: Record<string, unknown> = { ...(schema?.properties as Record<string, unknown> | undefined) };
  delete properties.spec;
  t.deepEqual(properties, {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
  });
  t.deepEqual(schema?.['x-kubernetes-selectable-fields'] as unknown, [{ fieldPath: 'spec.color' }]);
  t.deepEqual(spec?.properties?.port?.anyOf as unknown, [{ type: 'integer' }, { type: 'string' }]);
  t.deepEqual(spec?.properties?.template?.required as unknown, ['kind', 'apiVersion']);
  t.true(Object.hasOwn(spec?.properties ?? {}, '__proto__'));
  t.true(Object.hasOwn(spec?.properties ?? {}, 'constructor'));
});

test('version 2 leaves out of a custom resource what kubectl cannot read', (t) => {
  const spec = read(documents.v2('json')).definitions?.['com.example.shop.v1.Widget']?.properties?.spec;
  t.false('required' in (spec ?? {}));
  t.deepEqual(spec?.properties?.size as unknown, {});
  t.deepEqual(spec?.properties?.free as unknown, { 'x-kubernetes-preserve-unknown-fields': true });
  t.deepEqual(spec?.properties?.choice as unknown, { type: 'object' });
});

test('a custom resource that keeps unknown fields is a plain object in version 2', (t) => {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const free = { ...widgets, custom: { listKind: 'WidgetList', revision: '1', schema: (): unknown => schema } };
  const { definitions } = read(
    new OpenApiDocuments({ facts, descriptions: noDescriptions, resources: [free] }).v2('json'),
  );
  t.deepEqual(Object.keys(definitions?.['com.example.shop.v1.Widget'] ?? {}), [
    'type',
    'x-kubernetes-group-version-kind',
  ]);
});

test('a custom resource without a schema, or with a damaged one, is an object', (t) => {
  for (const schema of [
    undefined,
    null,
    7,
    { type: 'object', properties: { a: null, b: { items: 'x' } }, required: 3 },
  ]) {
    const odd = { ...widgets, custom: { listKind: 'WidgetList', revision: '1', schema: (): unknown => schema } };
    const built = new OpenApiDocuments({ facts, descriptions: noDescriptions, resources: [odd] });
    t.notThrows(() => [built.v2('protobuf'), built.groupVersion('apis/shop.example.com/v1', 'protobuf')]);
    t.is(read(built.v2('json')).definitions?.['com.example.shop.v1.Widget']?.type as string, 'object');
  }
});

test('a change of one group version keeps the bytes and the tags of the others', (t) => {
  const before = new OpenApiDocuments({ facts, descriptions: noDescriptions, resources: [clusterRoles, widgets] });
  const bytes = before.groupVersion('apis/rbac.authorization.k8s.io/v1', 'json');
  before.groupVersion('apis/shop.example.com/v1', 'json');
  const changed = { ...widgets, namespaced: false };
  const after = new OpenApiDocuments(
    { facts, descriptions: noDescriptions, resources: [clusterRoles, changed] },
    before,
  );
  t.is(after.groupVersion('apis/rbac.authorization.k8s.io/v1', 'json'), bytes);
  t.not(after.etag('apis/shop.example.com/v1'), before.etag('apis/shop.example.com/v1'));
  t.not(after.v2Etag(), before.v2Etag());
  t.true(String(after.groupVersion('apis/shop.example.com/v1', 'json')).includes('/apis/shop.example.com/v1/widgets"'));
});

test('a change that no document shows keeps the bytes of all of them', (t) => {
  const options = { facts, descriptions: noDescriptions, resources: [clusterRoles, widgets] };
  const before = new OpenApiDocuments(options);
  const bytes = before.v2('json');
  t.is(new OpenApiDocuments(options, before).v2('json'), bytes);
});

test('two servers with the same resources give the same tags', (t) => {
  const other = new OpenApiDocuments({
    facts,
    descriptions: noDescriptions,
    resources: [pods, clusterRoles, { ...widgets }],
  });
  t.deepEqual(other.index(), documents.index());
  t.is(other.v2Etag(), documents.v2Etag());
});

function request(url: string, headers: Record<string, string> = {}): OpenApiResponse | undefined {
  const { pathname, searchParams } = new URL(url, 'http://server');
  return respondOpenApi(documents, { path: pathname, query: searchParams, headers, now: Date.UTC(2026, 0, 1) });
}

const RBAC = '/openapi/v3/apis/rbac.authorization.k8s.io/v1';

test('a document under its hash may be kept for ever', (t) => {
  const index = read(documents.index());
  const url = index.paths?.['apis/rbac.authorization.k8s.io/v1']?.serverRelativeURL ?? '';
  const response = request(url);
  t.is(response?.status, 200);
  t.is(response?.headers['cache-control'], 'public, immutable');
  t.is(response?.headers.expires, 'Fri, 01 Jan 2027 00:00:00 GMT');
  t.is(response?.headers['content-type'], 'application/json');
  t.is(request(RBAC)?.headers['cache-control'], undefined);
});

test('an old hash is redirected to the current one', (t) => {
  const response = request(`${RBAC}?hash=OLD`);
  t.is(response?.status, 301);
  t.is(response?.headers.location, `${RBAC}?hash=${documents.etag('apis/rbac.authorization.k8s.io/v1')}`);
});

test('a client that has the document is answered 304', (t) => {
  for (const url of [RBAC, '/openapi/v2']) {
    const etag = request(url)?.headers.etag ?? '';
    t.is(request(url, { 'if-none-match': `"other", ${etag}` })?.status, 304);
    t.is(request(url, { 'if-none-match': '"other"' })?.status, 200);
  }
});

test('protobuf is served by its old and its new name, and answered with the new one', (t) => {
  for (const accept of [
    'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
    'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    'application/json;q=0.5, application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
  ]) {
    const type = request('/openapi/v2', { accept })?.headers['content-type'];
    t.is(type, 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  }
  t.is(request('/openapi/v2', { accept: 'text/html, */*;q=0.1' })?.headers['content-type'], 'application/json');
});

test('an unacceptable form is 406, an unknown document 404, another path none of ours', (t) => {
  t.is(request(RBAC, { accept: 'text/html' })?.status, 406);
  t.is(request('/openapi/v2', { accept: 'application/json;q=0' })?.status, 406);
  t.is(request('/openapi/v3/apis/none/v1')?.status, 404);
  t.is(request('/openapi/v3/')?.status, 404);
  t.is(request('/openapi'), undefined);
});

const gnostic = protobuf.parse(`
  syntax = "proto3";
  message Document { string swagger = 1; Info info = 2; Paths paths = 8; Definitions definitions = 9; }
  message Info { string title = 1; string version = 2; }
  message Paths { repeated NamedPathItem path = 2; }
  message NamedPathItem { string name = 1; PathItem value = 2; }
  message PathItem { Operation get = 2; }
  message Operation { string operation_id = 5; repeated ParametersItem parameters = 8; repeated NamedAny vendor_extension = 13; }
  message ParametersItem { Parameter parameter = 1; Reference json_reference = 2; }
  message Parameter { NonBody non_body_parameter = 2; }
  message NonBody { Query query_parameter_sub_schema = 3; }
  message Query { string name = 4; string type = 6; bool unique_items = 20; }
  message Reference { string ref = 1; }
  message Definitions { repeated NamedSchema additional_properties = 1; }
  message NamedSchema { string name = 1; Schema value = 2; }
  message Schema {
    string ref = 1; string format = 2; repeated string required = 19; repeated Any enum = 20; TypeItem type = 22;
    ItemsItem items = 23; Properties properties = 25; repeated NamedAny vendor_extension = 31;
  }
  message TypeItem { repeated string value = 1; }
  message ItemsItem { repeated Schema schema = 1; }
  message Properties { repeated NamedSchema additional_properties = 1; }
  message NamedAny { string name = 1; Any value = 2; }
  message Any { string yaml = 2; }
`).root;

test('the protobuf form of version 2 is a gnostic document', (t) => {
  const document = gnostic.lookupType('Document').decode(documents.v2('protobuf')).toJSON();
  t.is(document.info.title, 'Kubernetes');
  const definitions: { name: string; value: unknown }[] = document.definitions.additionalProperties;
  t.deepEqual(
    definitions.map(({ name }) => name),
    Object.keys(read(documents.v2('json')).definitions ?? {}),
  );
  t.deepEqual(definitions.find(({ name }) => name === 'io.k8s.api.core.v1.ContainerPort')?.value, {
    required: ['containerPort'],
    type: { value: ['object'] },
    properties: {
      additionalProperties: [
        { name: 'containerPort', value: { format: 'int32', type: { value: ['integer'] } } },
        { name: 'hostIP', value: { type: { value: ['string'] } } },
        { name: 'hostPort', value: { format: 'int32', type: { value: ['integer'] } } },
        { name: 'name', value: { type: { value: ['string'] } } },
        {
          name: 'protocol',
          value: { type: { value: ['string'] }, enum: ['SCTP', 'TCP', 'UDP'].map((name) => ({ yaml: `${name}\n` })) },
        },
      ],
    },
  });
});

test('the writer from the end writes what protobufjs writes from the beginning', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.integer({ min: 1, max: 5000 }),
      (text, integer, double, number) => {
        const expected = protobuf.Writer.create();
        expected.uint32(number * 8 + 2).fork();
        expected
          .uint32(10)
          .string(text)
          .uint32(16)
          .int64(protobuf.util.LongBits.from(integer).toNumber())
          .uint32(25)
          .double(double);
        expected.ldelim();
        const writer = new ReverseWriter();
        writer.message(number, () => {
          writer.double(3, double);
          writer.varint(2, integer);
          writer.string(1, text);
        });
        t.deepEqual(writer.finish(), Buffer.from(expected.finish()));
      },
    ),
  );
});
