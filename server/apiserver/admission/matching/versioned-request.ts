/** A request as a webhook or policy sees it: its objects in the version that was matched. */
import { newInternalError, StatusError } from '../../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonValue } from '../../../apimachinery/json.ts';
import { apiVersionOf, type KubeObject } from '../../../apimachinery/meta/object.ts';
import { DecodeError } from '../../../apimachinery/schema/decode-error.ts';
import type { StructSchema } from '../../../apimachinery/schema/type-schema.ts';
import { applyDefaults } from '../../../apimachinery/schema/defaults.ts';
import type { SchemaRegistry } from '../../../apimachinery/schema/schema-registry.ts';
import { createDefaulters } from '../../../apis/defaults.ts';
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import { decodeDocumentOf } from '../../handlers/patched-object.ts';
import type { ExpectedKind } from '../../negotiation/decode-body.ts';
import {
  type ResourceScope,
  toRequestVersion,
  toStorageVersion,
  whenConverted,
} from '../../registry/resource-scope.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { SeenVersion } from './seen-version.ts';

export interface VersionedRequest {
  readonly attributes: AdmissionAttributes;
  /** As the request came. */
  readonly own: SeenVersion;
  /** As it was matched. */
  readonly seen: SeenVersion;
  /** In the matched version; undefined: there is none (of a DELETE). */
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
}

export interface SeenKinds {
  readonly schemas: SchemaRegistry;
  readonly clock: Clock;
}

/** A DELETE has nothing but the object as it was. */
export function admittedObject({ operation, object }: AdmissionAttributes): KubeObject | undefined {
  return operation === 'DELETE' ? undefined : object;
}

/** @throws StatusError where the one cannot be converted to the other */
export async function versionedRequest(
  attributes: AdmissionAttributes,
  own: SeenVersion,
  seen: SeenVersion,
): Promise<VersionedRequest> {
  const { old } = attributes;
  const object = admittedObject(attributes);
  const show = (its: KubeObject | undefined): KubeObject | undefined =>
    its === undefined ? undefined : toSeen(seen, own, its);
  return converted(() => ({ attributes, own, seen, object: show(object), oldObject: show(old) }));
}

/** From the version that admission is given: the one that is stored, or (where a webhook converts) the request's. Never mutates. */
function toSeen({ foreign, kind, scope }: SeenVersion, own: SeenVersion, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(kind);
  const shown = foreign === undefined ? shownBy(scope, own.scope, object) : object;
  if (shown.kind === kind.kind && shown.apiVersion === apiVersion) return shown;
  return { ...shown, kind: kind.kind, apiVersion };
}

function shownBy(scope: ResourceScope, from: ResourceScope, object: KubeObject): KubeObject {
  const { conversion } = from;
  if (conversion === undefined) return toRequestVersion(scope, object);
  if (scope === from) return object;
  return conversion.convert(
    { ...object, kind: from.kind, apiVersion: from.apiVersion },
    scope.apiVersion,
  ) as KubeObject;
}

/** Back again. Never mutates. @throws StatusError */
export function fromSeen({ foreign, scope }: SeenVersion, own: SeenVersion, object: KubeObject): Promise<KubeObject> {
  return converted(() => {
    if (foreign !== undefined) return object;
    const { conversion } = own.scope;
    if (conversion === undefined) return toStorageVersion(scope, object);
    return scope === own.scope ? object : (conversion.convert(object, own.scope.apiVersion) as KubeObject);
  });
}

async function converted<T>(work: () => T): Promise<T> {
  try {
    return await whenConverted(work);
  } catch (error) {
    throw error instanceof StatusError ? newInternalError(error) : error;
  }
}

/** JSON of the matched version as an object of it, with defaults; uses the value up. @throws DecodeError, StatusError */
export function readSeen(
  seen: SeenVersion,
  value: JsonValue,
  { strict = false, ...kinds }: SeenKinds & { readonly strict?: boolean },
): KubeObject {
  const { kind, foreign, scope } = seen;
  const apiVersion = apiVersionOf(kind);
  const schema = schemaOf(seen, kinds);
  const expected: ExpectedKind = foreign === undefined ? scope.expected : { ...kind, apiVersion, schema };
  if (isJsonObject(value)) Object.assign(value, { kind: kind.kind, apiVersion });
  const decoded = decodeDocumentOf(expected, value, { strict });
  if (decoded.strictErrors.length > 0)
    throw new DecodeError(`strict decoding error: ${decoded.strictErrors.join(', ')}`);
  const object = decoded.object as KubeObject;
  Object.assign(object, { kind: kind.kind, apiVersion });
  if (foreign === undefined) scope.applyDefaults(object);
  else applyDefaults(schema, object, createDefaulters(kinds.clock));
  return object;
}

export function schemaOf({ foreign, scope }: SeenVersion, { schemas }: SeenKinds): StructSchema {
  return foreign === undefined ? scope.schema : schemas.struct(foreign.type);
}

/** Puts a changed object in the place of the one that admission was given, which others hold. Mutates. */
export function replaceObject(object: KubeObject, changed: KubeObject): void {
  if (object === changed) return;
  for (const field of Object.keys(object)) if (!Object.hasOwn(changed, field)) delete object[field];
  Object.assign(object, changed);
}
