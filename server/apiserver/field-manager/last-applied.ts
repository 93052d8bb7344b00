/** From client-side to server-side apply: the annotation in which kubectl keeps what it applied last. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { compareValues } from '../../apimachinery/structured-merge/compare-values.ts';
import { difference, type FieldSet } from '../../apimachinery/structured-merge/field-set.ts';
import { fieldsOfValue } from '../../apimachinery/structured-merge/fields-of-value.ts';
import { ElementError } from '../../apimachinery/structured-merge/path-element.ts';
import { validateValue } from '../../apimachinery/structured-merge/validate-value.ts';
import type { VersionedValue } from './versioned-value.ts';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
/** Bytes of all annotations together. Source: upstream's TotalAnnotationSizeLimitB. */
const ANNOTATIONS_BYTES = 256 * 1024;

/** The fields that kubectl has applied itself and that are still as it applied them: taking them is no conflict. */
export function allowedByLastApplied(live: VersionedValue): FieldSet | undefined {
  const last = lastAppliedOf(live.value);
  if (last === undefined) return undefined;
  try {
    const config = JSON.parse(last) as JsonValue;
    if (!isJsonObject(config) || config.apiVersion !== live.apiVersion) return undefined;
    if (validateValue(live.type, config).length > 0) return undefined;
    const { modified, added, removed } = compareValues(live.type, config, live.value);
    return difference(difference(difference(fieldsOfValue(live.type, config), modified), added), removed);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ElementError) return undefined;
    throw error;
  }
}

/** Keeps the annotation true while kubectl applies through the server. Mutates `object`. */
export function syncLastApplied(object: JsonObject, applied: JsonObject): void {
  const metadata = object.metadata;
  if (lastAppliedOf(object) === undefined || !isJsonObject(metadata) || !isJsonObject(metadata.annotations)) return;
  const { [ANNOTATION]: _last, ...others } = metadata.annotations;
  const text = `${JSON.stringify(sorted(withoutLastApplied(applied)))}\n`;
  const annotations = { ...others, [ANNOTATION]: text };
  const bytes = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
    0,
  );
  metadata.annotations = bytes > ANNOTATIONS_BYTES ? others : annotations;
}

function lastAppliedOf(object: JsonObject): string | undefined {
  const { metadata } = object;
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined;
  const text = isJsonObject(annotations) ? annotations[ANNOTATION] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function withoutLastApplied(applied: JsonObject): JsonObject {
  const metadata = isJsonObject(applied.metadata) ? applied.metadata : {};
  if (!isJsonObject(metadata.annotations)) return applied;
  const { [ANNOTATION]: _last, ...annotations } = metadata.annotations;
  return { ...applied, metadata: { ...metadata, annotations } };
}

/** Keys in Go's order of maps. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}
