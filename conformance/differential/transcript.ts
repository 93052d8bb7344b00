/** One answer in comparable form. */
import type { IncomingHttpHeaders } from 'node:http';
import { parseAllDocuments } from 'yaml';
import type { Json, JsonObject } from './case.ts';
import type { Normaliser } from './normaliser.ts';
import { readProtobuf } from './protobuf.ts';

export interface Transcript {
  readonly step: string;
  /** "GET /api/v1/namespaces/{ns}/pods" */
  readonly request: string;
  readonly status: number;
  readonly headers: JsonObject;
  readonly body: Json;
}

const COMPARED_HEADERS = [
  'content-type',
  'warning',
  'retry-after',
  'allow',
  'location',
  'vary',
  'cache-control',
  'www-authenticate',
  'x-content-type-options',
];
/** Their values are arbitrary: only whether they are there. */
const PRESENT_HEADERS = ['etag', 'audit-id'];

export function comparedHeaders(headers: IncomingHttpHeaders, normaliser: Normaliser): JsonObject {
  const out: JsonObject = {};
  for (const name of COMPARED_HEADERS) {
    const value = headers[name];
    if (value !== undefined) out[name] = normaliser.text(String(value));
  }
  for (const name of PRESENT_HEADERS) if (headers[name] !== undefined) out[name] = '{present}';
  return out;
}

/** The body as the client would read it, before normalisation. */
export function readBody(body: Buffer, contentType: string): Json {
  const text = body.toString('utf8');
  if (contentType.startsWith('application/json')) return readJson(text);
  if (contentType.startsWith('application/yaml')) {
    return { yaml: parseAllDocuments(text).map((document) => document.toJS() as Json) };
  }
  if (contentType.startsWith('application/vnd.kubernetes.protobuf')) return readProtobuf(body);
  // Upstream serves the index of OpenAPI v3 as plain text.
  return text.startsWith('{') ? readJson(text) : text;
}

/** Text that is not JSON stays text; a body without a line end at its end is told apart from one with it. */
export function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
