/** DeleteOptions, from the body or the query, as upstream reads and checks them. */
import { type FieldError, goQuote, invalid } from '../../apimachinery/errors/field-error.ts';
import { newBadRequest, newInvalid, newUnsupportedMediaType } from '../../apimachinery/errors/status-error.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { decodeDocument } from '../../apimachinery/schema/decode-json.ts';
import { decodeProtobuf } from '../../apimachinery/schema/protobuf/decode-protobuf.ts';
import { unwrapUnknown } from '../../apimachinery/schema/protobuf/envelope.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import { parseWithTypeMeta } from '../../apimachinery/schema/type-meta.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import { YamlError } from '../../apimachinery/yaml/yaml-error.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import { mediaTypeOf } from '../negotiation/decode-body.ts';
import { mediaJson, mediaProtobuf, mediaYaml, objectMediaTypes } from '../negotiation/media-types.ts';
import type { DeleteOptions } from '../registry/generic/deletion.ts';
import type { ResourceDefinition } from '../registry/generic/resource-definition.ts';
import { addWarning, type ApiContext } from '../request-context.ts';
import { dryRunErrors, parseFlag, parseInteger } from './request-options.ts';

export interface ParsedDeleteOptions extends DeleteOptions {
  readonly dryRun: boolean;
}

const typeName = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

/** @throws StatusError 400, 415, 422. */
export function parseDeleteOptions(ctx: ApiContext, body: Buffer, schemas: SchemaRegistry): ParsedDeleteOptions {
  if (body.length === 0) return checkDeleteOptions(fromQuery(ctx.state.query));
  const fields = fromBody(ctx, body, schemas);
  ctx.state.audit?.addRequestObject(undefined, () => ({ kind: 'DeleteOptions', apiVersion: 'v1', ...fields }));
  return checkDeleteOptions(fields);
}

/** Of a delete or an eviction, as decoded. @throws StatusError 422 */
export function checkDeleteOptions(fields: JsonObject): ParsedDeleteOptions {
  const { propagationPolicy, orphanDependents, dryRun } = fields;
  const errors: FieldError[] = [];
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    errors.push(
      invalid(
        'propagationPolicy',
        String(propagationPolicy),
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  }
  if (propagationPolicy !== undefined && !['Foreground', 'Background', 'Orphan'].includes(String(propagationPolicy))) {
    const message = `Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`;
    errors.push({ type: 'FieldValueNotSupported', field: 'propagationPolicy', message });
  }
  const dryRuns = Array.isArray(dryRun) ? dryRun.map(String) : [];
  errors.push(...dryRunErrors(dryRuns));
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  return readDeleteOptions(fields);
}

/** As decoded, whatever it says. */
export function readDeleteOptions(fields: JsonObject): ParsedDeleteOptions {
  const { propagationPolicy, orphanDependents, gracePeriodSeconds, preconditions, dryRun } = fields;
  const wanted = isJsonObject(preconditions) ? preconditions : undefined;
  return {
    dryRun: Array.isArray(dryRun) && dryRun.length > 0,
    // A negative grace period means "now" (upstream: 1 second, which strategies treat so).
    ...(typeof gracePeriodSeconds === 'number'
      ? { gracePeriodSeconds: gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds }
      : {}),
    ...(typeof orphanDependents === 'boolean' ? { orphanDependents } : {}),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy: String(propagationPolicy) }),
    ...(wanted === undefined
      ? {}
      : {
          preconditions: {
            ...(typeof wanted.uid === 'string' ? { uid: wanted.uid } : {}),
            ...(typeof wanted.resourceVersion === 'string' ? { resourceVersion: wanted.resourceVersion } : {}),
          },
        }),
  };
}

function fromQuery(query: URLSearchParams | undefined): JsonObject {
  if (query === undefined) return {};
  const out: JsonObject = {};
  const grace = parseInteger(query.get('gracePeriodSeconds'));
  if (grace !== undefined) out.gracePeriodSeconds = grace;
  if (query.has('orphanDependents')) out.orphanDependents = parseFlag(query.get('orphanDependents'));
  if (query.has('propagationPolicy')) out.propagationPolicy = query.get('propagationPolicy') ?? '';
  const uid = query.get('uid') ?? '';
  if (uid !== '') out.preconditions = { uid };
  if (query.has('dryRun')) out.dryRun = query.getAll('dryRun');
  return out;
}

function fromBody(ctx: ApiContext, body: Buffer, schemas: SchemaRegistry): JsonObject {
  const schema = schemas.struct(typeName);
  const mediaType = mediaTypeOf(ctx.req.headers['content-type']);
  try {
    if (mediaType === mediaProtobuf) {
      const unknown = unwrapUnknown(body);
      requireKind(unknown.kind, unknown.apiVersion);
      return decodeProtobuf(schema, unknown.raw);
    }
    if (mediaType !== mediaJson && mediaType !== mediaYaml) throw newUnsupportedMediaType(objectMediaTypes);
    const text = mediaType === mediaYaml ? Buffer.from(JSON.stringify(decodeYaml(body.toString()).value)) : body;
    const { document, typeMeta } = parseWithTypeMeta(text);
    requireKind(typeMeta.kind, typeMeta.apiVersion);
    return decodeDocument(schema, document, { strict: false }).object;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof YamlError) throw newBadRequest(error.message);
    throw error;
  }
}

function requireKind(kind: string, apiVersion: string): void {
  if (kind === '' || kind === 'DeleteOptions') return;
  throw newBadRequest(
    `no kind ${goQuote(kind)} is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`,
  );
}

/** Kinds whose dependents stay by default say so to those who did not say what they want. */
export function warnOfPropagation(ctx: ApiContext, definition: ResourceDefinition, options: DeleteOptions): void {
  if (options.propagationPolicy !== undefined || options.orphanDependents !== undefined) return;
  for (const text of definition.strategy.warningsOnUnstatedPropagation ?? []) addWarning(ctx, text);
}
