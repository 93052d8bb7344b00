/** What a conversion webhook may change of an object: everything but what it is called and its metadata, of that labels and annotations. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../apimachinery/json.ts';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import { joinErrors } from '../../../apimachinery/errors/aggregate.ts';
import type { FieldError } from '../../../apimachinery/errors/field-error.ts';
import { kindText } from '../../../apimachinery/meta/object.ts';
import { goTypeName } from '../../../apimachinery/patch/go-value.ts';
import { validateLabels } from '../../../apimachinery/validation/labels.ts';
import { validateAnnotations } from '../../../apimachinery/validation/object-meta.ts';

/** The converted object with the metadata that it keeps. @throws Error in upstream's words */
export function acceptConverted(
  original: JsonObject,
  converted: JsonValue | undefined,
  apiVersion: string,
): JsonObject {
  const what = `${webhookFor(original)} returned invalid`;
  const object = decoded(converted);
  const received = asText(object.apiVersion);
  if (received !== apiVersion) {
    throw new Error(`${what} object at index 0: invalid groupVersion (expected ${apiVersion}, received ${received})`);
  }
  if (original.kind !== object.kind) {
    const kinds = `expected ${asText(original.kind)}, received ${asText(object.kind)}`;
    throw new Error(`${what} object at index 0: invalid kind (${kinds})`);
  }
  const mismatch = identityMismatch(original, object);
  if (mismatch !== undefined) throw new Error(`${what} object: ${mismatch}`);
  const metadata = keptMetadata(original, object);
  if (typeof metadata === 'string') throw new Error(`${what} metadata: ${metadata}`);
  return { ...object, metadata };
}

/** How errors begin. */
export function webhookFor({ apiVersion, kind }: JsonObject): string {
  return `conversion webhook for ${kindText(asText(apiVersion), asText(kind))}`;
}

function decoded(value: JsonValue | undefined): JsonObject {
  if (isJsonObject(value) && asText(value.kind) !== '') return value;
  if (isJsonObject(value)) throw new Error(`Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  throw new Error(`couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct`);
}

const identity = [
  ['name', 'name'],
  ['namespace', 'namespace'],
  ['uid', 'UID'],
] as const;

function identityMismatch(original: JsonObject, converted: JsonObject): string | undefined {
  for (const [field, shown] of identity) {
    const [before, after] = [asObject(original.metadata)[field], asObject(converted.metadata)[field]].map(asText);
    if (before !== after) return `must have the same ${shown}: ${before} != ${after}`;
  }
  return undefined;
}

/** The original's metadata with the converted object's labels and annotations; a text says why there is none. */
function keptMetadata(original: JsonObject, converted: JsonObject): JsonObject | string {
  if (converted.metadata === undefined) return 'missing metadata in converted object';
  if (!isJsonObject(converted.metadata))
    return `invalid metadata of type ${goTypeOf(converted.metadata)} in converted object`;
  const kept: JsonObject = { ...asObject(original.metadata) };
  for (const field of ['labels', 'annotations'] as const) {
    const given = converted.metadata[field];
    if (given === undefined || given === null) {
      delete kept[field];
      continue;
    }
    if (!isJsonObject(given)) return `invalid metadata.${field} of type ${goTypeOf(given)} in converted object`;
    const problem = problemOfTexts(field, given, asObject(kept[field]));
    if (problem !== undefined) return problem;
    kept[field] = given;
  }
  return kept;
}

function problemOfTexts(field: 'labels' | 'annotations', given: JsonObject, before: JsonObject): string | undefined {
  for (const [key, value] of Object.entries(given)) {
    if (typeof value === 'string') continue;
    return `metadata.${field}[${key}] must be a string, but is ${goTypeOf(value)} in converted object`;
  }
  const texts = given as Record<string, string>;
  const same =
    Object.keys(texts).length === Object.keys(before).length &&
    Object.keys(texts).every((key) => texts[key] === before[key]);
  if (same) return undefined;
  const errors: FieldError[] =
    field === 'labels' ? validateLabels(texts, 'metadata.labels') : validateAnnotations(texts, 'metadata.annotation');
  return errors.length === 0 ? undefined : joinErrors(errors.map((error) => `${error.field}: ${error.message}`));
}

function goTypeOf(value: JsonValue | undefined): string {
  return value === null || value === undefined ? '<nil>' : goTypeName(value);
}
