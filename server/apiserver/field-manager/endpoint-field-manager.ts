/** The field manager of each endpoint, made on first use. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { decodeObject } from '../../apimachinery/schema/decode-json.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { FieldManager } from './field-manager.ts';
import { resetFilter } from './reset-fields.ts';
import { converterOf, type ScopeOf, versionedValue } from './versioned-value.ts';

export interface FieldManagerEnvironment {
  readonly scopeOf: ScopeOf;
  readonly clock: Clock;
}

const made = new WeakMap<ResourceScope, Map<string, FieldManager>>();

/** @param subresource "": the object itself */
export function fieldManagerOf(
  scope: ResourceScope,
  subresource: string,
  { scopeOf, clock }: FieldManagerEnvironment,
): FieldManager {
  let ofScope = made.get(scope);
  if (ofScope === undefined) made.set(scope, (ofScope = new Map<string, FieldManager>()));
  let manager = ofScope.get(subresource);
  if (manager === undefined) {
    manager = new FieldManager({
      empty: versionedValue(scope, emptyObject(scope)),
      kind: scope.kind,
      subresource,
      filter: resetFilter(scope.definition, subresource),
      convert: converterOf(scope, scopeOf),
      clock,
    });
    ofScope.set(subresource, manager);
  }
  return manager;
}

/** As Go makes it: structs are there from the beginning, and so are lists that are always written. */
function emptyObject({ kind, apiVersion, schema, untyped }: ResourceScope): JsonObject {
  if (untyped !== undefined) return { kind, apiVersion };
  return { ...decodeObject(schema, {}, { strict: false }).object, kind, apiVersion };
}
