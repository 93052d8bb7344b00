/** Answers requests for the OpenAPI documents: negotiation, conditional requests and cacheable URLs; no HTTP server needed. */
import { type OpenApiDocuments, versionedUrl } from './open-api-documents.ts';

export interface OpenApiRequest {
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Milliseconds since the epoch, for Expires. */
  readonly now: number;
}

export interface OpenApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const V2_PROTOBUF = 'com.github.proto-openapi.spec.v2.v1.0+protobuf';
const V3_PROTOBUF = 'com.github.proto-openapi.spec.v3.v1.0+protobuf';

/** A year in milliseconds: how long documents under their hash may be kept. */
const EXPIRY = 365 * 24 * 60 * 60 * 1000;

/** Answer to a GET or HEAD of an OpenAPI document; undefined when the path is none. Never throws. */
export function respondOpenApi(documents: OpenApiDocuments, request: OpenApiRequest): OpenApiResponse | undefined {
  const { path } = request;
  if (path === '/openapi/v2') return respondV2(documents, request);
  if (path === '/openapi/v3') {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: documents.index() };
  }
  if (path.startsWith('/openapi/v3/')) return respondV3(documents, request, path.slice('/openapi/v3/'.length));
  return undefined;
}

function respondV2(documents: OpenApiDocuments, request: OpenApiRequest): OpenApiResponse {
  const encoding = negotiate(request, V2_PROTOBUF);
  if (encoding === undefined) return { status: 406, headers: { vary: 'Accept' } };
  const headers = entityHeaders(encoding, V2_PROTOBUF, documents.v2Etag());
  if (matches(request, documents.v2Etag())) return { status: 304, headers };
  return { status: 200, headers, body: documents.v2(encoding) };
}

function respondV3(documents: OpenApiDocuments, request: OpenApiRequest, key: string): OpenApiResponse {
  const etag = documents.etag(key);
  if (etag === undefined) return { status: 404, headers: {} };
  const encoding = negotiate(request, V3_PROTOBUF);
  if (encoding === undefined) return { status: 406, headers: { vary: 'Accept' } };
  let headers = entityHeaders(encoding, V3_PROTOBUF, etag);
  const hash = request.query.get('hash');
  if (hash) {
    if (hash !== etag) return { status: 301, headers: { ...headers, location: versionedUrl(key, etag) } };
    const expires = new Date(request.now + EXPIRY).toUTCString();
    headers = { ...headers, 'cache-control': 'public, immutable', expires };
  }
  if (matches(request, etag)) return { status: 304, headers };
  const body = documents.groupVersion(key, encoding);
  return body === undefined ? { status: 404, headers: {} } : { status: 200, headers, body };
}

function entityHeaders(encoding: 'json' | 'protobuf', protobuf: string, etag: string): Record<string, string> {
  const type = encoding === 'json' ? 'json' : protobuf;
  return { 'content-type': `application/${type}`, etag: `"${etag}"`, vary: 'Accept' };
}

/**
 * The first acceptable form, by weight and then by order. Clients before 1.28 ask for protobuf with "@v1.0", which is not
 * a valid media type, and are answered with the valid one.
 */
function negotiate({ headers }: OpenApiRequest, protobuf: string): 'json' | 'protobuf' | undefined {
  const accept = headers.accept === undefined || headers.accept === '' ? '*/*' : String(headers.accept);
  const clauses = accept
    .split(',')
    .map(parseClause)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { type, subtype } of clauses) {
    if (type !== 'application' && type !== '*') continue;
    if (subtype === 'json' || subtype === '*') return 'json';
    if (subtype.replace('@', '.') === protobuf) return 'protobuf';
  }
  return undefined;
}

function parseClause(clause: string): { readonly type: string; readonly subtype: string; readonly weight: number } {
  const [mediaType = '', ...parameters] = clause.split(';').map((part) => part.trim());
  const [type = '', subtype = ''] = mediaType.split('/');
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, subtype, weight: Number.isNaN(weight) ? 1 : weight };
}

function matches({ headers }: OpenApiRequest, etag: string): boolean {
  const condition = headers['if-none-match'];
  if (condition === undefined) return false;
  return String(condition)
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === `"${etag}"`);
}
