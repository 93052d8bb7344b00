/** Objects, lists and tables as bytes in the representation that the client asked for. Cached bytes are passed on as they are. */
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { encodeProtobuf } from '../../apimachinery/schema/protobuf/encode-protobuf.ts';
import { wrapUnknown } from '../../apimachinery/schema/protobuf/envelope.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import { encodeYaml } from '../../apimachinery/yaml/encode-yaml.ts';
import type { CachedObject, ListResult } from '../cacher/interface.ts';
import { parseCached } from '../cacher/parse-object.ts';
import { type ResourceScope, toRequestVersion } from '../registry/resource-scope.ts';
import type { DeflatedSegments } from './gzip/deflated-segments.ts';
import { ListBody } from './list-body.ts';
import type { Representation } from './media-types.ts';
import type { CompressibleBody } from './write-response.ts';
import { type IncludeObject, metadataOf, tableHead, tableOf, tableRow } from './table.ts';

/** What is known of an object to be answered: its bytes, its parsed form (storage version), or both. */
export interface ObjectSource {
  readonly cached?: CachedObject;
  readonly object?: KubeObject;
}

const metaV1 = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** The parsed object in the scope's version, with kind and apiVersion. */
export function objectOf(scope: ResourceScope, source: ObjectSource): KubeObject {
  if (source.object !== undefined) return toRequestVersion(scope, source.object);
  if (source.cached === undefined) throw new TypeError('nothing to encode');
  return toRequestVersion(scope, parseCached(scope.store.layout, source.cached));
}

export interface EncodeOptions {
  readonly representation: Representation;
  readonly schemas: SchemaRegistry;
  readonly now: number;
  readonly includeObject: IncludeObject;
  /** Compressed parts of lists. */
  readonly segments: DeflatedSegments;
}

export function encodeObject(scope: ResourceScope, source: ObjectSource, options: EncodeOptions): Buffer {
  const { representation } = options;
  switch (representation.view) {
    case 'table':
      return encodeValue(tableOf(scope, storageForm(scope, source), options), options);
    case 'metadata':
    case 'metadataList':
    case 'discovery':
      return encodeValue(metadataOf(objectOf(scope, source), representation.viewVersion), options);
    case 'object':
      break;
  }
  const { format, pretty } = representation;
  if (format === 'json' && !pretty && source.cached !== undefined && scope.isStorageVersion) {
    return wholeObject(scope, source.cached);
  }
  const object = objectOf(scope, source);
  if (format !== 'protobuf') return encodeValue(object, options);
  return protobufOf(object, encodeProtobuf(scope.schema, object));
}

function wholeObject(scope: ResourceScope, cached: CachedObject): Buffer {
  const { objectHeader, itemHeader } = scope.layout;
  const out = Buffer.allocUnsafe(objectHeader.length + cached.bytes.length - itemHeader.length + 1);
  let end = objectHeader.copy(out);
  end += cached.bytes.copy(out, end, itemHeader.length);
  out[end] = 0x0a;
  return out;
}

function storageForm(scope: ResourceScope, source: ObjectSource): KubeObject {
  if (source.object !== undefined) return source.object;
  if (source.cached === undefined) throw new TypeError('nothing to encode');
  return parseCached(scope.store.layout, source.cached);
}

/** Kinds of the meta API and other small values. `typeName` is needed only for protobuf of kinds without a registered type. */
export function encodeValue(
  value: JsonObject,
  options: { representation: Representation; schemas: SchemaRegistry },
): Buffer {
  const { format, pretty } = options.representation;
  if (format === 'yaml') return Buffer.from(encodeYaml(value));
  if (format === 'protobuf') {
    const schema = schemaOfValue(value, options.schemas);
    if (schema !== undefined) return protobufOf(value, encodeProtobuf(schema, value));
  }
  return Buffer.from(pretty ? JSON.stringify(value, null, 2) : `${JSON.stringify(value)}\n`);
}

function schemaOfValue(value: JsonObject, schemas: SchemaRegistry): ReturnType<SchemaRegistry['forKind']> {
  const [first = '', second] = String(value.apiVersion ?? '').split('/');
  const found =
    second === undefined
      ? schemas.forKind('', first, String(value.kind))
      : schemas.forKind(first, second, String(value.kind));
  if (found !== undefined) return found;
  const meta = schemas.get(`${metaV1}.${String(value.kind)}`);
  return meta?.kind === 0 ? meta : undefined;
}

function protobufOf(value: JsonObject, raw: Uint8Array): Buffer {
  const bytes = wrapUnknown({ apiVersion: String(value.apiVersion ?? ''), kind: String(value.kind ?? '') }, raw);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export interface ListAnswer extends ListResult {
  /** The encoded continue token. */
  readonly continueToken?: string;
}

export function encodeList(scope: ResourceScope, list: ListAnswer, options: EncodeOptions): Buffer | CompressibleBody {
  const { representation } = options;
  const metadata: JsonObject = { resourceVersion: String(list.revision) };
  // Lists of custom resources are maps, in which nothing is left out for being empty.
  if (scope.untyped !== undefined && representation.view === 'object') metadata.continue = '';
  if (list.continueToken !== undefined) metadata.continue = list.continueToken;
  if (list.remaining !== undefined && list.remaining > 0) metadata.remainingItemCount = list.remaining;

  if (representation.view === 'table') {
    const { columns, kind, apiVersion } = tableHead(scope.definition.table, representation.viewVersion);
    const objects = list.items.map((item) => parseCached(scope.store.layout, item));
    const { table } = scope.definition;
    if (table.compareRows !== undefined) objects.sort((a, b) => table.compareRows?.(a, b) ?? 0);
    const rows = objects.map((object) => tableRow(scope, object, options));
    return encodeValue({ kind, apiVersion, metadata, columnDefinitions: columns, rows }, options);
  }
  if (representation.view !== 'object') {
    const apiVersion = `meta.k8s.io/${representation.viewVersion}`;
    const items = list.items.map((item) => metadataOf(objectOf(scope, { cached: item }), representation.viewVersion));
    // Upstream's list of nothing is no list.
    return encodeValue(
      { kind: 'PartialObjectMetadataList', apiVersion, metadata, items: items.length === 0 ? null : items },
      options,
    );
  }
  const kind = scope.listKind;
  if (representation.format === 'json' && !representation.pretty && scope.isStorageVersion) {
    const head = `{"kind":"${kind}","apiVersion":"${scope.apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`;
    return new ListBody(head, list.items, options.segments);
  }
  const items: JsonValue[] = list.items.map((item) => {
    if (scope.untyped !== undefined) return objectOf(scope, { cached: item });
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = objectOf(scope, { cached: item });
    return rest;
  });
  const value: JsonObject = { kind, apiVersion: scope.apiVersion, metadata, items };
  if (representation.format === 'protobuf') {
    const schema = options.schemas.forKind(scope.group, scope.version.version, kind);
    if (schema !== undefined) return protobufOf(value, encodeProtobuf(schema, value));
  }
  return encodeValue(value, options);
}
