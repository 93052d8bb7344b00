/** One answer in comparable form. */
import type { IncomingHttpHeaders } from 'node:http';
import { parseAllDocuments } from 'yaml';
import type { Json, JsonObject } from './case.ts';
import type { Normaliser } from './normaliser.ts';

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

const PROTOBUF_MAGIC = 'k8s\0';

/** Only the envelope: magic number and type of the object. The content is compared through JSON. */
function readProtobuf(body: Buffer): Json {
  const magic = body.subarray(0, PROTOBUF_MAGIC.length).toString('latin1') === PROTOBUF_MAGIC;
  if (!magic) return { magic };
  const envelope = fieldsOf(body.subarray(PROTOBUF_MAGIC.length));
  const typeMeta = fieldsOf(envelope.get(1) ?? Buffer.alloc(0));
  return { magic, apiVersion: String(typeMeta.get(1) ?? ''), kind: String(typeMeta.get(2) ?? '') };
}

/** The length-delimited fields of a message, by number. */
function fieldsOf(message: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; at < message.length; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    if ((tag & 7) !== 2) break;
    const length = varint();
    fields.set(tag >> 3, message.subarray(at, at + length));
    at += length;
  }
  return fields;
}
