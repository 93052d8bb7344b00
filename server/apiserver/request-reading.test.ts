/** How a request is understood before any handler runs: its path, its Accept header, its query. */
import test from 'ava';
import { StatusError } from '../apimachinery/errors/status-error.ts';
import { parseFlag, parseInteger } from './handlers/request-options.ts';
import { findAcceptable, negotiate } from './negotiation/accept.ts';
import { endpoints } from './negotiation/endpoint.ts';
import { decodePath, parseQuery, parseRequestInfo, RequestInfoError } from './request-info-parser.ts';

const info = (method: string, path: string, query?: string) =>
  parseRequestInfo(method, path, query === undefined ? undefined : new URLSearchParams(query));

test('paths are read as group, version, namespace, resource, name and subresource', (t) => {
  t.like(info('GET', '/api/v1/namespaces/a/pods/b/log'), {
    verb: 'get',
    group: '',
    namespace: 'a',
    resource: 'pods',
    name: 'b',
    subresource: 'log',
  });
  t.like(info('POST', '/apis/apps/v1/namespaces/a/deployments'), {
    verb: 'create',
    group: 'apps',
    version: 'v1',
    namespace: 'a',
    name: '',
  });
  t.like(info('GET', '/api/v1/namespaces/a'), { resource: 'namespaces', namespace: 'a', name: 'a' });
  t.like(info('PUT', '/api/v1/namespaces/a/finalize'), {
    verb: 'update',
    resource: 'namespaces',
    subresource: 'finalize',
  });
  t.like(info('GET', '/version'), { isResourceRequest: false, verb: 'get' });
  t.like(info('GET', '/apis/apps/v1'), { isResourceRequest: false });
});

test('without a name GET means list or watch, and DELETE the collection', (t) => {
  t.is(info('GET', '/api/v1/pods').verb, 'list');
  t.is(info('GET', '/api/v1/pods', 'watch=1').verb, 'watch');
  t.is(info('GET', '/api/v1/pods', 'watch=false').verb, 'list');
  t.is(info('DELETE', '/api/v1/pods').verb, 'deletecollection');
  t.like(info('GET', '/api/v1/pods', 'fieldSelector=metadata.name%3Dx'), { verb: 'list', name: 'x' });
  t.like(info('GET', '/api/v1/watch/namespaces/a/pods/x'), { verb: 'watch', name: 'x' });
});

test('slashes around a path do not count, those within it do', (t) => {
  t.like(info('GET', '//api/v1/pods/'), { resource: 'pods', name: '' });
  t.like(info('GET', '/api//v1/pods'), { version: '', resource: 'v1' });
  t.like(info('GET', '/api/v1/namespaces//pods'), { namespace: '', resource: 'pods' });
  t.throws(() => info('GET', '/api/v1/watch'), { instanceOf: RequestInfoError });
});

test('escapes in paths and queries are read as Go reads them', (t) => {
  t.is(decodePath('/a%2Fb'), '/a/b');
  t.is(decodePath('/%ff'), '/\ufffd');
  t.is(decodePath('/%zz'), undefined);
  t.deepEqual(
    [...parseQuery('a=1&b=%zz&c=2;d=3&e=4')],
    [
      ['a', '1'],
      ['e', '4'],
    ],
  );
});

test('booleans and numbers of a query are read as Go reads them', (t) => {
  t.deepEqual(['', '1', 'yes', 'False', '0'].map(parseFlag), [true, true, true, false, false]);
  t.is(parseFlag(null), false);
  t.is(parseInteger('+7'), 7);
  t.is(parseInteger(null), undefined);
  t.throws(() => parseInteger(''), { message: 'strconv.ParseInt: parsing "": invalid syntax' });
  t.throws(() => parseInteger('9223372036854775808'), { message: /value out of range/ });
});

const formatOf = (accept: string, endpoint = endpoints.objects) => negotiate(accept, endpoint).format;

test('clauses are tried in the order that upstream sorts them into', (t) => {
  t.is(formatOf('application/yaml;q=0.2,application/json;q=0.9'), 'json');
  // A precise type goes before a wildcard whatever its quality, if it comes later.
  t.is(formatOf('*/*,application/yaml;q=0.1'), 'yaml');
  t.is(formatOf('application/yaml;q=0'), 'yaml');
  t.is(formatOf('application/*,application/vnd.kubernetes.protobuf'), 'protobuf');
});

test('a clause that asks for what the endpoint does not have is passed over', (t) => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  t.like(negotiate(`${table},application/json`, endpoints.objects), { view: 'table', viewVersion: 'v1' });
  t.like(negotiate(`${table},application/json`, endpoints.documents), { view: 'object' });
  t.like(negotiate(`application/json;as=Table;v=v9;g=meta.k8s.io,application/yaml`, endpoints.objects), {
    format: 'yaml',
  });
  t.is(findAcceptable(table, endpoints.statuses), undefined);
  t.is(findAcceptable('application/json', endpoints.discovery), undefined);
});

test('the router refuses in its own words, the endpoint in others', (t) => {
  const refusal = (accept: string, endpoint = endpoints.objects) =>
    t.throws(() => negotiate(accept, endpoint), { instanceOf: StatusError })?.message;
  t.regex(refusal('application/*') ?? '', /^406: Not Acceptable\n\nAvailable representations: application\/json, /);
  t.regex(
    refusal('application/json;as=Chair') ?? '',
    /^only the following media types are accepted: application\/json, /,
  );
  t.is(
    refusal('application/yaml', endpoints.watches),
    'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
  );
});
