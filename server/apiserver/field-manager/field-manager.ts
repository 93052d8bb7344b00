/**
 * Keeps metadata.managedFields of one endpoint (a resource in a version, or one of its subresources), and merges what is applied through
 * it. Everything here is in the version of the request.
 */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { newBareError, newBadRequest } from '../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { kindText } from '../../apimachinery/meta/object.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import {
  difference,
  emptySet,
  type FieldSet,
  isEmptySet,
  setOfPath,
  union,
} from '../../apimachinery/structured-merge/field-set.ts';
import { fieldsOfValue } from '../../apimachinery/structured-merge/fields-of-value.ts';
import { mergeValues } from '../../apimachinery/structured-merge/merge-values.ts';
import { ElementError, fieldElement } from '../../apimachinery/structured-merge/path-element.ts';
import { fitsTemplate, type Template, templateOf } from '../../apimachinery/structured-merge/template.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { joinErrors, validateValue } from '../../apimachinery/structured-merge/validate-value.ts';
import { capUpdateManagers } from './cap-managers.ts';
import { newApplyConflict } from './apply-errors.ts';
import { allowedByLastApplied, syncLastApplied } from './last-applied.ts';
import {
  encodeManagers,
  identifierOf,
  type Manager,
  type ManagerEntry,
  type Managers,
  sentManagers,
  storedManagers,
} from './managed-fields.ts';
import { type FieldFilter, settleOwnership } from './ownership.ts';
import { prune } from './prune.ts';
import type { Convert, VersionedValue } from './versioned-value.ts';
import { canonicalTime } from '../../apimachinery/schema/go-time.ts';

export interface FieldManagerOptions {
  /** An object of the endpoint's kind before anything is set. */
  readonly empty: VersionedValue;
  readonly kind: string;
  /** "": the object itself. */
  readonly subresource: string;
  readonly filter: FieldFilter | undefined;
  readonly convert: Convert;
  readonly clock: Clock;
}

export interface ApplyRequest {
  readonly manager: string;
  readonly force: boolean;
}

/** Owned by nobody: who they are and what only the server writes. Source: upstream's stripMetaManager. */
const neverOwned = [
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields'].map(
    (field) => ['metadata', field],
  ),
  ['metadata', 'resourceVersion'],
].reduce((set, path) => union(set, setOfPath(path.map(fieldElement))), emptySet);

export interface Applied {
  readonly object: JsonObject;
  /** Not by its managedFields. */
  readonly isChanged: boolean;
}

/** kubectl's client-side apply keeps its last configuration in an annotation, and its manager is called so. */
const kubectl = 'kubectl';

/** As many templates as are likely to be created from at a time. */
const RECENT_TEMPLATES = 4;

interface Settled {
  /** What the write changed, in the version of the write. */
  readonly written: FieldSet;
  /** Who owned what before, without what the write took from them. */
  readonly settled: Map<string, ManagerEntry>;
}

export class FieldManager {
  readonly #options: FieldManagerOptions;
  /** Templates of what was created lately, the last one first, and the fields that all objects of each have. */
  readonly #recent: { readonly template: Template; readonly written: FieldSet }[] = [];

  constructor(options: FieldManagerOptions) {
    this.#options = options;
  }

  /**
   * managedFields of an object about to be written as it is (create, update, patch).
   * @param live undefined: it is created
   */
  update(live: JsonObject | undefined, next: JsonObject, manager: string): JsonValue[] | undefined {
    const stored = metadataOf(live).managedFields;
    const sent = this.#options.subresource === '' ? metadataOf(next).managedFields : undefined;
    const known = storedManagers(asList(stored));
    let managers = known;
    if (isReset(sent)) managers = new Map();
    else {
      const given = jsonEquals(sent, stored) ? undefined : sentManagers(asList(sent) ?? []);
      if (given !== undefined && given.size > 0) managers = given;
    }
    // An object that nobody's fields are known of stays so until it is applied.
    if (managers.size === 0 && live !== undefined) return undefined;
    try {
      const written = this.#write(live, next, managers, this.#managerOf(manager, 'Update'));
      const capped = capUpdateManagers(written);
      return capped === known ? asList(stored) : encodeManagers(capped);
    } catch (error) {
      // Fields that cannot be named, or a manager in a version that is none: the write goes on, and nobody's fields are known.
      if (error instanceof DecodeError || error instanceof ElementError) return undefined;
      throw error;
    }
  }

  /**
   * The live object with a configuration merged into it, and its managedFields.
   * @param live undefined: it is created
   * @throws StatusError 400 for a configuration of another kind, 409 for conflicts
   */
  apply(live: JsonObject | undefined, applied: JsonObject, request: ApplyRequest): Applied {
    this.#requireKind(applied);
    const { empty } = this.#options;
    const from = live ?? empty.value;
    let managers = storedManagers(asList(metadataOf(live).managedFields));
    if (managers.size === 0) {
      const before = this.#managerOf('before-first-apply', 'Update');
      managers = capUpdateManagers(this.#write(undefined, from, managers, before));
    }
    const result = this.#applyWith(from, applied, managers, request);
    if (request.manager === kubectl) syncLastApplied(result.object, applied);
    return result;
  }

  #write(live: JsonObject | undefined, next: JsonObject, managers: Managers, self: Manager): Managers {
    const after = this.#versioned(next);
    const isNew = live === undefined && managers.size === 0;
    const { written, settled } = isNew ? this.#fieldsOfNew(after) : this.#settle(managers, live, after);
    const isUnchanged =
      settled.size === managers.size && [...settled].every(([id, entry]) => managers.get(id) === entry);
    if (isEmptySet(written)) return isUnchanged ? managers : settled;
    const id = identifierOf(self);
    const previous = settled.get(id);
    const fields = union(written, previous?.fields ?? emptySet);
    settled.set(id, { ...self, fields, time: this.#now() });
    return settled;
  }

  #settle(managers: Managers, live: JsonObject | undefined, next: VersionedValue): Settled {
    const { filter, convert, empty } = this.#options;
    const before = this.#versioned(live ?? empty.value);
    const { managers: settled, comparison } = settleOwnership(managers, {
      live: before,
      next,
      self: undefined,
      filter,
      convert,
    });
    return { settled, written: difference(union(comparison.modified, comparison.added), neverOwned) };
  }

  /** Of one that nobody has written before. */
  #fieldsOfNew(object: VersionedValue): Settled {
    const at = this.#recent.findIndex(({ template }) => fitsTemplate(template, object.value));
    const known = at < 0 ? undefined : this.#recent.splice(at, 1)[0];
    const written = known?.written ?? this.#settle(new Map(), undefined, object).written;
    const template = known?.template ?? templateOf(object.type, this.#options.empty.value, object.value);
    if (template !== undefined) this.#recent.unshift({ template, written });
    if (this.#recent.length > RECENT_TEMPLATES) this.#recent.pop();
    return { settled: new Map(), written };
  }

  #applyWith(live: JsonObject, applied: JsonObject, managers: Managers, { manager, force }: ApplyRequest): Applied {
    const { filter, convert } = this.#options;
    const self = this.#managerOf(manager, 'Apply');
    const id = identifierOf(self);
    const before = this.#versioned(live);
    const config = this.#requireTyped(applied);
    const merged = this.#merge(before, config);
    const last = managers.get(id);
    const named = fieldsOfValue(config.type, config.value, last?.fields);
    const fields = filter === undefined ? named : filter(named);
    const claimed = new Map(managers).set(id, { ...self, fields, time: last?.time });
    const next = prune({ merged, managers: claimed, applied: fields, last, convert });
    const { managers: settled, conflicts } = settleOwnership(claimed, {
      live: before,
      next,
      self: id,
      filter,
      convert,
    });
    if (conflicts.size > 0 && !force) {
      const allowed = manager === kubectl ? allowedByLastApplied(before) : undefined;
      const left = [...conflicts].flatMap(([owner, set]) => {
        const rest = allowed === undefined ? set : difference(set, allowed);
        const entry = managers.get(owner);
        return isEmptySet(rest) || entry === undefined ? [] : [{ owner: entry, fields: rest }];
      });
      if (left.length > 0) throw newApplyConflict(left);
    }
    const own = difference(fields, neverOwned);
    const isChanged = !jsonEquals(before.value, next.value);
    if (isEmptySet(own)) settled.delete(id);
    else settled.set(id, { ...self, fields: own, time: isChanged ? this.#now() : last?.time });
    const managedFields = encodeManagers(settled);
    const { value } = isChanged ? next : before;
    return { object: { ...value, metadata: { ...metadataOf(value), managedFields } }, isChanged };
  }

  #merge(live: VersionedValue, config: VersionedValue): VersionedValue {
    try {
      const value = mergeValues(live.type, live.value, config.value);
      return { ...live, value: isJsonObject(value) ? value : {} };
    } catch (error) {
      if (error instanceof ElementError) throw newBareError(`failed to merge config: ${error.message}`);
      throw error;
    }
  }

  /** Without managedFields, which are not merged but made. */
  #versioned(value: JsonObject): VersionedValue {
    const { managedFields: _managedFields, ...metadata } = metadataOf(value);
    return { ...this.#options.empty, value: { ...value, metadata } };
  }

  #requireKind(applied: JsonObject): void {
    const { empty, kind } = this.#options;
    const [apiVersion, given] = [textOf(applied.apiVersion), textOf(applied.kind)];
    if (apiVersion !== empty.apiVersion || given !== kind) {
      throw newBadRequest(`invalid object type: ${kindText(apiVersion, given)}`);
    }
    const { managedFields } = metadataOf(applied);
    // What is no list of entries is not seen here: the type refuses it.
    if (Array.isArray(managedFields) && managedFields.every(isEntry)) {
      throw newBadRequest('metadata.managedFields must be nil');
    }
  }

  #requireTyped(applied: JsonObject): VersionedValue {
    const { empty, kind } = this.#options;
    const errors = validateValue(empty.type, applied);
    if (errors.length > 0) {
      const { namespace, name } = metadataOf(applied);
      const what = `${textOf(namespace)}/${textOf(name)}; ${kindText(empty.apiVersion, kind)}`;
      throw newBareError(`failed to create typed patch object (${what}): ${joinErrors(errors)}`);
    }
    return { ...empty, value: applied };
  }

  #managerOf(manager: string, operation: Manager['operation']): Manager {
    const { empty, subresource } = this.#options;
    return { manager: manager === '' ? 'unknown' : manager, operation, apiVersion: empty.apiVersion, subresource };
  }

  #now(): string {
    return formatTime(this.#options.clock.now());
  }
}

/** Told by an empty list, or by a list of one empty entry. */
function isReset(sent: JsonValue | undefined): boolean {
  if (!Array.isArray(sent) || sent.length > 1) return false;
  const [only] = sent;
  return only === undefined || (isJsonObject(only) && Object.keys(only).length === 0);
}

function isEntry(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { time, fieldsV1: _fields, ...texts } = value;
  if (!Object.values(texts).every((text) => (text ?? null) === null || typeof text === 'string')) return false;
  try {
    return (time ?? null) === null || (typeof time === 'string' && canonicalTime(time, 'seconds') !== '');
  } catch {
    return false;
  }
}

function metadataOf(object: JsonObject | undefined): JsonObject {
  return isJsonObject(object?.metadata) ? object.metadata : {};
}

function asList(value: JsonValue | undefined): JsonValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
