/** An applied configuration laid over a live object. Nothing is removed by it; what it does not name is shared with the live one. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { setKey } from '../schema/canonical.ts';
import { type AssociativeType, elementOfItem } from './list-items.ts';
import { deduced, type MergeType } from './merge-type.ts';

/** @throws ElementError for items without a key */
export function mergeValues(type: MergeType, live: JsonValue, applied: JsonValue): JsonValue {
  switch (type.kind) {
    case 'scalar':
    case 'atomic':
      return applied;
    case 'deduced':
      return isJsonObject(live) && isJsonObject(applied) ? mergeMaps(() => deduced, live, applied) : applied;
    case 'struct':
      if (!isJsonObject(applied)) return keepIfFilled(live, applied);
      return isJsonObject(live)
        ? mergeMaps((name) => type.field(name) ?? type.others ?? deduced, live, applied)
        : applied;
    case 'map':
      if (!isJsonObject(applied)) return keepIfFilled(live, applied);
      return isJsonObject(live) ? mergeMaps(() => type.element, live, applied) : applied;
    case 'set':
    case 'keyed':
      if (!Array.isArray(applied) || applied.length === 0) return keepIfFilled(live, applied);
      return Array.isArray(live) && live.length > 0 ? mergeLists(type, live, applied) : applied;
  }
}

/** Null and empty say nothing to a map or list that holds something. */
function keepIfFilled(live: JsonValue, applied: JsonValue): JsonValue {
  if (Array.isArray(live)) return live.length > 0 ? live : applied;
  return isJsonObject(live) && Object.keys(live).length > 0 ? live : applied;
}

function mergeMaps(typeOf: (name: string) => MergeType, live: JsonObject, applied: JsonObject): JsonObject {
  const merged: JsonObject = { ...live };
  for (const [name, value] of Object.entries(applied)) {
    if (value === undefined) continue;
    const present = Object.hasOwn(live, name) ? live[name] : undefined;
    setKey(merged, name, present === undefined ? value : mergeValues(typeOf(name), present, value));
  }
  return merged;
}

/**
 * Items that both have come in the order of the applied list; those of the live one alone keep their places between them. Source:
 * structured-merge-diff's order of merged lists.
 */
function mergeLists(type: AssociativeType, live: readonly JsonValue[], applied: readonly JsonValue[]): JsonValue[] {
  const liveElements = live.map((item) => elementOfItem(type, item));
  const appliedElements = applied.map((item) => elementOfItem(type, item));
  const liveItems = new Map<string, JsonValue | undefined>();
  // Of an item that is there twice none is merged with.
  liveElements.forEach((element, index) => liveItems.set(element, liveItems.has(element) ? undefined : live[index]));
  const inApplied = new Set(appliedElements);
  const shared = appliedElements.filter((element) => liveItems.has(element));
  const mergedElements = new Set<string>();
  const out: JsonValue[] = [];
  let nextShared = shared.shift();
  let left = 0;
  let right = 0;
  const take = (element: string) => {
    mergedElements.add(element);
    const present = liveItems.get(element);
    const item = applied[right] as JsonValue;
    out.push(present === undefined ? item : mergeValues(type.element, present, item));
    right++;
  };
  while (left < live.length || right < applied.length) {
    const leftElement = liveElements[left];
    const rightElement = appliedElements[right];
    if (leftElement !== undefined && rightElement !== undefined) {
      if (leftElement === rightElement) {
        take(rightElement);
        left++;
        nextShared = shared.shift();
        continue;
      }
      if (inApplied.has(leftElement) && nextShared !== undefined && nextShared !== leftElement) {
        // It is shared, but its turn has not come.
        left++;
        continue;
      }
    }
    if (leftElement !== undefined) {
      if (!inApplied.has(leftElement)) {
        out.push(live[left] as JsonValue);
        left++;
        continue;
      }
      if (mergedElements.has(leftElement)) left++;
    }
    if (rightElement !== undefined) {
      take(rightElement);
      if (nextShared === rightElement) nextShared = shared.shift();
    }
  }
  return out;
}
