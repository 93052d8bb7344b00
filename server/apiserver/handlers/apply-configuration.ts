/** The body of a server-side apply: a configuration in YAML (or JSON), merged into what is there or creating it. */
import { newBareError, newBadRequest, newConflict } from '../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import { asText } from '../../apimachinery/json-access.ts';
import { type GroupResource, kindText, type KubeObject } from '../../apimachinery/meta/object.ts';
import { jsonTypeName } from '../../apimachinery/patch/go-value.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { decodeUntyped, parseJson } from '../../apimachinery/schema/decode-json.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import { withLinesFolded } from '../../apimachinery/yaml/json-line-breaks.ts';
import { YamlError } from '../../apimachinery/yaml/yaml-error.ts';
import type { Applied, FieldManager } from '../field-manager/field-manager.ts';
import type { ExpectedKind } from '../negotiation/decode-body.ts';
import { addWarning, type ApiContext } from '../request-context.ts';
import { conversionText } from './conversion-problem.ts';
import { decodeAsConverted, decodeDocumentOf, structuredCopy } from './patched-object.ts';
import type { WriteQuery } from './request-options.ts';

export const applyMediaType = 'application/apply-patch+yaml';

export interface Configuration {
  readonly object: JsonObject;
  /** Keys that it has twice. */
  readonly duplicates: readonly string[];
}

/** Clients send JSON, which is read many times faster than YAML. Undefined: something is to be said of it, in YAML's words. */
function readJsonConfiguration(body: Buffer): Configuration | undefined {
  try {
    const { value, strictErrors } = decodeUntyped(parseJson(body));
    return isJsonObject(value) && strictErrors.length === 0 ? { object: value, duplicates: [] } : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

const openingBrace = 0x7b;

/** Characters that JSON texts may have and YAML documents may not. */
function hasControls(body: Buffer): boolean {
  // Each of them has one of these bytes, and most bodies have none.
  if (!body.includes(0x7f) && !body.includes(0xc2) && !body.includes(0xef)) return false;
  return /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/.test(body.toString());
}

/** Those of YAML that are none to JSON. */
function hasLineBreaks(body: Buffer): boolean {
  return (body.includes(0xc2) || body.includes(0xe2)) && /[\u0085\u2028\u2029]/.test(body.toString());
}

/** @throws StatusError 400 */
export function readConfiguration(body: Buffer): Configuration {
  try {
    const text = body[0] === openingBrace && hasLineBreaks(body) ? Buffer.from(withLinesFolded(body.toString())) : body;
    const read = text[0] === openingBrace && !hasControls(text) ? readJsonConfiguration(text) : undefined;
    if (read !== undefined) return read;
    const { value, duplicates } = decodeYaml(text.toString());
    if (value !== null && !isJsonObject(value)) {
      const type = jsonTypeName(value);
      throw new YamlError(
        `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
      );
    }
    return { object: value ?? {}, duplicates };
  } catch (error) {
    if (error instanceof YamlError) {
      const step = error.message.startsWith('yaml: ') ? 'error converting YAML to JSON: ' : '';
      throw newBadRequest(`error decoding YAML: ${step}${error.message}`);
    }
    throw error;
  }
}

/** What is applied, and through which endpoint. */
export interface ApplyWrite {
  readonly ctx: ApiContext;
  readonly expected: ExpectedKind;
  readonly manager: FieldManager;
  readonly query: WriteQuery;
  readonly groupResource: GroupResource;
  /** The way of the merged object to where it is stored. @throws DecodeError */
  readonly convert: (object: KubeObject) => KubeObject;
}

/** As it is to be stored; `live` is in the request's version. @param live undefined: it is created */
export function mergeConfiguration(
  write: ApplyWrite,
  configuration: Configuration,
  live: KubeObject | undefined,
): KubeObject {
  const { query, manager, groupResource, ctx } = write;
  const applied = manager.apply(live, configuration.object, { manager: query.fieldManager, force: query.force });
  const object = decode(write, applied, configuration.object);
  const { metadata } = object;
  // What is created has no version to compare.
  if (live === undefined) delete metadata.resourceVersion;
  const uid = metadata.uid ?? '';
  const converted = convert(write, object);
  reportDuplicates(write, configuration.duplicates);
  if (live === undefined && uid !== '') {
    const what = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw newConflict(groupResource, ctx.state.info.name, what);
  }
  return converted;
}

function convert({ convert: toStored, expected }: ApplyWrite, object: KubeObject): KubeObject {
  const { namespace = '', name = '' } = object.metadata;
  try {
    return toStored(object);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const what = `${namespace}/${name}; ${kindText(expected.apiVersion, expected.kind)}`;
    throw newBareError(`failed to convert to unversioned (${what}): ${error.message}`);
  }
}

function decode(
  { expected }: ApplyWrite,
  { object: merged, isChanged }: Applied,
  configuration: JsonObject,
): KubeObject {
  try {
    const { object } = decodeAsConverted(expected, merged, (document) =>
      decodeDocumentOf(expected, structuredCopy(document), { strict: false, keepsNulls: true, sortRaw: isChanged }),
    );
    const decoded = object as KubeObject;
    decoded.kind = expected.kind;
    decoded.apiVersion = expected.apiVersion;
    return decoded;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { namespace, name } = isJsonObject(configuration.metadata) ? configuration.metadata : {};
    const gvk = kindText(expected.apiVersion, expected.kind);
    const problem = conversionText(expected.schema, merged, error);
    throw newBareError(
      `failed to convert new object (${asText(namespace)}/${asText(name)}; ${gvk}) to proper version: ` +
        `unable to convert unstructured object to ${gvk}: ${problem}`,
    );
  }
}

function reportDuplicates({ ctx, query }: ApplyWrite, duplicates: readonly string[]): void {
  if (duplicates.length === 0 || query.fieldValidation === 'Ignore') return;
  if (query.fieldValidation === 'Strict') {
    const lines = duplicates.map((line) => `\n  ${line}`).join('');
    throw newBadRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`);
  }
  for (const line of duplicates) addWarning(ctx, line);
}
