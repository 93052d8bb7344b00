/** Answers one request of the metrics API: its path to what is asked for, the figures in the form that is accepted. */
import {
  failure,
  newForbidden,
  newMethodNotAllowed,
  newPathNotFound,
  newUnauthorized,
} from '../apimachinery/errors/status-error.ts';
import type { DelegatedAccess, User } from '../client/delegated-access.ts';
import { aggregatedGroups, aggregatedType, apiGroup, resourceList } from './api-documents.ts';
import type { MetricsCollector } from './collect-metrics.ts';
import { group, type Metrics, metricsList, metricsObject, metricsTable, version } from './metrics-objects.ts';

export interface MetricsRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly accept: string;
  /** Undefined: nobody that is known. */
  readonly user: User | undefined;
}

export interface MetricsAnswer {
  readonly type: string;
  readonly body: object;
}

export interface AnswerParts {
  readonly collector: MetricsCollector;
  readonly access: DelegatedAccess;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const json = 'application/json';
const root = `/apis/${group}/${version}`;
const place = new RegExp(`^${root}(?:/namespaces/([^/]+))?/(nodes|pods)(?:/([^/]+))?$`);

/** @throws StatusError */
export async function answerMetrics(request: MetricsRequest, parts: AnswerParts): Promise<MetricsAnswer> {
  const { method, accept, user } = request;
  const url = new URL(request.url, 'https://metrics');
  if (user === undefined) throw newUnauthorized();
  if (method !== 'GET' && method !== 'HEAD') throw newMethodNotAllowed();
  const document = documentAt(url.pathname, accept);
  if (document !== undefined) return document;
  const [found, namespace = '', resource = '', name] = place.exec(url.pathname) ?? [];
  if (found === undefined || (resource === 'nodes' && namespace !== '')) throw newPathNotFound();
  const decoded = { namespace: decodeURIComponent(namespace), name: decodeURIComponent(name ?? '') };
  if (name !== undefined && resource === 'pods' && namespace === '') throw newPathNotFound();
  await allow(user, { resource, ...decoded, isList: name === undefined }, parts.access);
  if (url.searchParams.has('watch') && url.searchParams.get('watch') !== 'false') throw newMethodNotAllowed();
  return formed(await look({ resource, ...decoded, url }, parts.collector), { accept, now: parts.now });
}

function documentAt(path: string, accept: string): MetricsAnswer | undefined {
  if (path === '/apis') {
    const isAggregated = accept.includes('g=apidiscovery.k8s.io') && /;v=v2(?:;|,|$)/.test(accept);
    if (isAggregated) return { type: aggregatedType, body: aggregatedGroups };
    return { type: json, body: { kind: 'APIGroupList', apiVersion: 'v1', groups: [apiGroup] } };
  }
  if (path === `/apis/${group}`) return { type: json, body: apiGroup };
  if (path === root) return { type: json, body: resourceList };
  return undefined;
}

interface Asked {
  readonly resource: string;
  readonly namespace: string;
  /** '': all of them. */
  readonly name: string;
}

async function allow(
  user: User,
  { resource, namespace, name, isList }: Asked & { readonly isList: boolean },
  access: DelegatedAccess,
): Promise<void> {
  const verb = isList ? 'list' : 'get';
  if (await access.mayDo(user, { resourceAttributes: { verb, group, version, resource, namespace, name } })) return;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const what = `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(resource)}`;
  throw newForbidden({ group, resource }, name, `${what} in API group ${JSON.stringify(group)} ${where}`);
}

type Found = { readonly kind: Metrics['kind']; readonly all: readonly Metrics[]; readonly isList: boolean };

async function look(
  { resource, namespace, name, url }: Asked & { readonly url: URL },
  collector: MetricsCollector,
): Promise<Found> {
  const kind = resource === 'nodes' ? 'NodeMetrics' : 'PodMetrics';
  if (name !== '') {
    const one = resource === 'nodes' ? await collector.node(name) : await collector.pod(name, namespace);
    return { kind, all: [one], isList: false };
  }
  const selection = {
    namespace,
    labelSelector: url.searchParams.get('labelSelector') ?? undefined,
    fieldSelector: url.searchParams.get('fieldSelector') ?? undefined,
  };
  const all = resource === 'nodes' ? await collector.nodes(selection) : await collector.pods(selection);
  return { kind, all, isList: true };
}

function formed({ kind, all, isList }: Found, { accept, now }: { accept: string; now: number }): MetricsAnswer {
  for (const wanted of accept.split(',').map((each) => each.trim())) {
    const [type = ''] = wanted.split(';');
    if (![json, 'application/*', '*/*', ''].includes(type)) continue;
    const as = /;as=([A-Za-z]+)/.exec(wanted)?.[1];
    if (as === 'Table') return { type: json, body: metricsTable(all, now) };
    if (as !== undefined) continue;
    const [first] = all;
    if (!isList && first !== undefined) return { type: json, body: metricsObject(first, now) };
    return { type: json, body: metricsList(kind, all, now) };
  }
  throw failure({
    code: 406,
    reason: 'NotAcceptable',
    message: `only the following media types are accepted: ${json}`,
  });
}
