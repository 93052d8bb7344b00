/** Watch events in each representation. Encoders with the same id share their buffers, so an id names all that shapes bytes. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { encodeProtobufObject } from '../../apimachinery/schema/protobuf/encode-protobuf.ts';
import type { KubeObject, ObjectMeta } from '../../apimachinery/meta/object.ts';
import { zeroValue } from '../../apimachinery/schema/canonical.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import { encodeYaml } from '../../apimachinery/yaml/encode-yaml.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Status } from '../../apimachinery/errors/status-error.ts';
import type { CachedObject, EventEncoder } from '../cacher/interface.ts';
import { objectOf } from '../negotiation/encode-object.ts';
import type { Representation } from '../negotiation/media-types.ts';
import { type IncludeObject, metadataOf, tableOf } from '../negotiation/table.ts';
import { watchEventFrame } from '../negotiation/watch-frame.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { parseCached } from '../cacher/parse-object.ts';
import { metadataBytes } from '../storage/object-layout.ts';

export interface EventEncoderOptions {
  readonly representation: Representation;
  readonly includeObject: IncludeObject;
  readonly schemas: SchemaRegistry;
  readonly clock: Clock;
}

const initialEventsEndAnnotation = 'k8s.io/initial-events-end';

export interface WatchEncoder extends EventEncoder {
  encodeError(status: Status): Buffer;
}

let tables = 0;

export function newEventEncoder(scope: ResourceScope, options: EventEncoderOptions): WatchEncoder {
  const { representation } = options;
  // A table's columns go with the first event of each watch alone, so tables are not shared.
  const own = representation.view === 'table' ? `${++tables}` : '';
  const id = [
    own,
    scope.apiVersion,
    representation.format,
    representation.view,
    representation.viewVersion,
    options.includeObject,
  ].join('|');
  let first = true;
  const frame = (type: string, object: JsonObject) => {
    if (representation.view === 'table' && type !== 'ERROR') {
      if (!first) object.columnDefinitions = null;
      first = false;
    }
    return encodeFrame(type, object, scope, options);
  };
  const errorFrame = (status: Status) => frame('ERROR', status as unknown as JsonObject);
  const isSpliced = representation.format === 'json' && scope.isStorageVersion;
  // An event is no list: upstream finds out only here, too late for an answer, and nothing comes.
  if (representation.view === 'metadataList')
    return { id, encode: nothing, encodeBookmark: nothing, encodeError: errorFrame };
  return {
    id,
    encode:
      isSpliced && representation.view === 'object'
        ? (type, object) => spliceFrame(type, object, scope)
        : isSpliced && representation.view === 'metadata'
          ? metadataSplicer(scope, representation.viewVersion)
          : (type, object) => frame(type, viewOf(object, scope, options)),
    encodeBookmark: (revision, { initialEventsEnd }) =>
      frame('BOOKMARK', bookmark(revision, initialEventsEnd, scope, options)),
    encodeError: errorFrame,
  };
}

const noFrame = Buffer.alloc(0);
const nothing = () => noFrame;

const eventHeads = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
} as const;

/** The common case: cached bytes between two constants. */
function spliceFrame(type: keyof typeof eventHeads, object: CachedObject, scope: ResourceScope): Buffer {
  const { objectHeader, itemHeader } = scope.layout;
  const head = eventHeads[type];
  const out = Buffer.allocUnsafe(head.length + objectHeader.length + object.bytes.length - itemHeader.length + 2);
  let end = head.copy(out);
  end += objectHeader.copy(out, end);
  end += object.bytes.copy(out, end, itemHeader.length);
  out.write('}\n', end, 'latin1');
  return out;
}

/** Metadata as it lies in the cached bytes: whoever collects garbage watches that of everything. */
function metadataSplicer(scope: ResourceScope, viewVersion: string): WatchEncoder['encode'] {
  const header = Buffer.from(`{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${viewVersion}","metadata":`);
  return (type, { bytes }) => Buffer.concat([eventHeads[type], header, metadataBytes(scope.layout, bytes), frameEnd]);
}

const frameEnd = Buffer.from('}}\n');

function viewOf(object: CachedObject, scope: ResourceScope, options: EventEncoderOptions): JsonObject {
  const { view, viewVersion } = options.representation;
  if (view === 'object') return objectOf(scope, { cached: object });
  const parsed = parseCached(scope.store.layout, object);
  if (view !== 'table') return metadataOf(parsed, viewVersion);
  return tableOf(scope, parsed, {
    now: options.clock.now(),
    includeObject: options.includeObject,
    representation: options.representation,
  });
}

function bookmark(
  revision: number,
  initialEventsEnd: boolean,
  scope: ResourceScope,
  options: EventEncoderOptions,
): JsonObject {
  const metadata: ObjectMeta = { resourceVersion: String(revision) };
  if (initialEventsEnd) metadata.annotations = { [initialEventsEndAnnotation]: 'true' };
  const { view, viewVersion } = options.representation;
  const object = zeroObject(scope, metadata);
  if (view === 'object') return object;
  if (view !== 'table') return metadataOf(object, viewVersion);
  return tableOf(scope, object, {
    now: options.clock.now(),
    includeObject: options.includeObject,
    representation: options.representation,
  });
}

/** As upstream's zero object of the kind: fields that are always written appear empty. */
function zeroObject(scope: ResourceScope, metadata: ObjectMeta): KubeObject {
  const zero = zeroValue(scope.schema) as JsonObject;
  return { kind: scope.kind, apiVersion: scope.apiVersion, ...zero, metadata };
}

function encodeFrame(type: string, object: JsonObject, scope: ResourceScope, options: EventEncoderOptions): Buffer {
  const { format } = options.representation;
  if (format === 'json') return Buffer.from(`{"type":"${type}","object":${JSON.stringify(object)}}\n`);
  if (format === 'yaml') return Buffer.from(`---\n${encodeYaml({ type, object })}`);
  const schema = object.kind === scope.kind ? scope.schema : options.schemas.struct(metaType(String(object.kind)));
  return watchEventFrame(type, encodeProtobufObject(schema, object));
}

function metaType(kind: string): string {
  return `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`;
}
