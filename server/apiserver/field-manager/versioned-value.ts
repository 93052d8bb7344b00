/** An object in one of its versions, with the type by which it merges there, and its way to other versions. */
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import { mergeTypeOf, type StructType } from '../../apimachinery/structured-merge/merge-type.ts';
import { parseGroupVersion } from '../../apimachinery/schema/type-meta.ts';
import { type ResourceScope, toRequestVersion, toStorageVersion } from '../registry/resource-scope.ts';

export interface VersionedValue {
  readonly apiVersion: string;
  readonly type: StructType;
  readonly value: JsonObject;
}

/** Undefined: that version is not known any more. Never mutates. @throws ConversionPending where a webhook has to be asked first */
export type Convert = (object: VersionedValue, apiVersion: string) => VersionedValue | undefined;

export type ScopeOf = (group: string, version: string, resource: string) => ResourceScope | undefined;

/** An object of the scope's version, without what managers never own. */
export function versionedValue(scope: ResourceScope, value: JsonObject): VersionedValue {
  return { apiVersion: scope.apiVersion, type: mergeTypeOf(scope.schema), value };
}

/** Through the storage version, as every conversion goes. */
export function converterOf(scope: ResourceScope, scopeOf: ScopeOf): Convert {
  const scopeAt = (apiVersion: string) => {
    const { group, version } = parseGroupVersion(apiVersion);
    return scopeOf(group, version, scope.definition.resource);
  };
  return (object, apiVersion) => {
    if (object.apiVersion === apiVersion) return object;
    const from = object.apiVersion === scope.apiVersion ? scope : scopeAt(object.apiVersion);
    const to = apiVersion === scope.apiVersion ? scope : scopeAt(apiVersion);
    if (from === undefined || to === undefined) return undefined;
    if (from.conversion !== undefined) return versionedValue(to, from.conversion.convert(object.value, apiVersion));
    const metadata = isJsonObject(object.value.metadata) ? object.value.metadata : {};
    const stored = toStorageVersion(from, { ...object.value, metadata });
    return versionedValue(to, toRequestVersion(to, stored));
  };
}
