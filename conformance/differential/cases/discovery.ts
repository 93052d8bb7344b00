/** What a server says about itself: discovery, version, health, the index of the OpenAPI documents. */
import { resources } from '../../corpus/resources.ts';
import { type Case, get, PROTOBUF, type Step, TABLE, YAML } from '../case.ts';

const groupVersions = [...new Set(resources.map(({ apiVersion }) => apiVersion))];
const groups = [...new Set(groupVersions.filter((gv) => gv !== 'v1').map((gv) => gv.split('/')[0] ?? ''))];

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const AGGREGATED_BETA = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';

const read = (path: string, accept?: string): Step =>
  get(accept === undefined ? path : `${path} as ${accept}`, path, { accept });
const reads = (...paths: readonly string[]): Step[] => paths.map((path) => read(path));

export const discoveryCases: readonly Case[] = [
  {
    name: 'discovery: groups',
    steps: [
      ...reads('/api', '/api/', '/apis', '/apis/', '/apis?timeout=32s'),
      ...groups.map((group) => read(`/apis/${group}`)),
    ],
  },
  ...groupVersions.map((gv) => ({
    name: `discovery: resources of ${gv}`,
    steps: reads(gv === 'v1' ? '/api/v1' : `/apis/${gv}`),
  })),
  {
    name: 'discovery: aggregated',
    steps: [
      read('/api', AGGREGATED),
      read('/apis', AGGREGATED),
      read('/apis', AGGREGATED_BETA),
      read('/apis', `${AGGREGATED},${AGGREGATED_BETA},application/json`),
      read('/apis', `application/json,${AGGREGATED}`),
      read('/apis', 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList'),
      read('/apis', 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json'),
      read('/apis', 'application/yaml;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'),
      read('/api/v1', AGGREGATED),
      read('/apis/apps', AGGREGATED),
    ],
  },
  {
    name: 'discovery: aggregated, known to the client',
    steps: [
      read('/apis', AGGREGATED),
      get('with its ETag', '/apis', {
        accept: AGGREGATED,
        headers: (seen) => ({ 'If-None-Match': seen.header(`/apis as ${AGGREGATED}`, 'etag') }),
      }),
      get('with another ETag', '/apis', { accept: AGGREGATED, headers: { 'If-None-Match': '"nothing"' } }),
    ],
  },
  {
    name: 'discovery: representations',
    steps: [
      ...['/api', '/apis', '/apis/apps', '/apis/apps/v1', '/version'].flatMap((path) =>
        [YAML, PROTOBUF, TABLE, 'text/html', '*/*', 'application/*', 'image/png'].map((accept) => read(path, accept)),
      ),
    ],
  },
  {
    name: 'discovery: what is not there',
    steps: reads(
      '/api/v2',
      '/api/v1/',
      '/apis/apps/',
      '/apis/apps/v1/',
      '/apis/apps/v9',
      '/apis/apps/v1beta1',
      '/apis/nothing.example.com',
      '/apis/nothing.example.com/v1',
      '/nothing',
      '/swagger.json',
      '/swaggerapi',
      '/API',
      '/api/V1',
    ),
  },
  {
    name: 'discovery: methods',
    steps: ['/api', '/apis', '/api/v1', '/apis/apps', '/apis/apps/v1', '/version', '/healthz', '/openapi/v3'].flatMap(
      (path) =>
        ['HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({
          name: `${method} ${path}`,
          method,
          path,
        })),
    ),
  },
  { name: 'discovery: root', steps: reads('/') },
  { name: 'version', steps: reads('/version', '/version/', '/version?pretty=true', '/version/x') },
  {
    name: 'health',
    steps: reads(
      '/healthz',
      '/livez',
      '/readyz',
      '/healthz/',
      '/healthz/ping',
      '/livez/ping',
      '/readyz/ping',
      '/readyz/log',
      '/readyz/etcd',
      '/readyz/shutdown',
      '/healthz/nothing',
      '/livez/nothing',
      '/readyz/nothing',
      '/readyz?exclude=ping',
      '/readyz?exclude=nothing',
    ),
  },
  {
    name: 'health: verbose',
    steps: reads('/healthz?verbose', '/livez?verbose=true', '/readyz?verbose', '/readyz?verbose&exclude=etcd'),
  },
  {
    name: 'openapi: index',
    steps: [
      ...reads('/openapi/v3', '/openapi/v3/', '/openapi/v3/apis/nothing/v1', '/openapi'),
      read('/openapi/v3', YAML),
    ],
  },
  {
    name: 'openapi: documents',
    steps: ['/openapi/v2', '/openapi/v3/api/v1', '/openapi/v3/apis/apps/v1', '/openapi/v3/version'].map((path) => ({
      name: `HEAD ${path}`,
      method: 'HEAD',
      path,
    })),
  },
  { name: 'openid', steps: reads('/.well-known/openid-configuration') },
];
