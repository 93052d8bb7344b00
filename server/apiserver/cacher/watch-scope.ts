/**
 * Finds the selections that an event can concern without looking at all of them: a thousand watchers that each follow one
 * object or one node cost an event a map lookup. Each selection stands in exactly one place.
 */
import type { CacheEvent } from './event-ring.ts';
import { requiredField } from './list-page.ts';
import type { ObjectAttributes } from './object-attributes.ts';
import type { WatchSelection } from './watch-selection.ts';

type Selections = Set<WatchSelection>;

/** The selections of one namespace, or those of all. */
export class WatchScope {
  readonly #attributes: ObjectAttributes;
  readonly #byName = new Map<string, Selections>();
  readonly #byField = new Map<string, Map<string, Selections>>();
  readonly #byLabel = new Map<string, Map<string, Selections>>();
  readonly #others: Selections = new Set();
  #size = 0;

  constructor(attributes: ObjectAttributes) {
    this.#attributes = attributes;
  }

  get size(): number {
    return this.#size;
  }

  add(selection: WatchSelection): void {
    this.#size++;
    this.#place(selection, (places, value) => {
      let selections = places.get(value);
      if (selections === undefined) places.set(value, (selections = new Set()));
      selections.add(selection);
    });
  }

  delete(selection: WatchSelection): void {
    this.#size--;
    this.#place(selection, (places, value) => {
      const selections = places.get(value);
      if (selections?.delete(selection) === true && selections.size === 0) places.delete(value);
    });
    for (const map of [this.#byField, this.#byLabel]) {
      for (const [key, places] of map) if (places.size === 0) map.delete(key);
    }
  }

  visit(event: CacheEvent, visit: (selection: WatchSelection) => void): void {
    const { object, previous } = event;
    const present = event.deleted ? undefined : object;
    for (const selection of this.#others) visit(selection);
    if (this.#byName.size > 0) visitAll(this.#byName.get(object.name), visit);
    for (const [field, places] of this.#byField) {
      const now = present === undefined ? undefined : this.#attributes.field(present, field);
      const before = previous === undefined ? undefined : this.#attributes.field(previous, field);
      visitValues(places, now, before, visit);
    }
    for (const [key, places] of this.#byLabel) {
      const now = present === undefined ? undefined : this.#attributes.label(present, key);
      const before = previous === undefined ? undefined : this.#attributes.label(previous, key);
      visitValues(places, now, before, visit);
    }
  }

  #place(selection: WatchSelection, put: (places: Map<string, Selections>, value: string) => void): void {
    const { selector } = selection;
    const name = requiredField(selector, 'metadata.name');
    if (name !== undefined) return put(this.#byName, name);
    const field = selector?.fieldEquals.find((requirement) => this.#attributes.hasField(requirement.field));
    if (field !== undefined) return put(placesOf(this.#byField, field.field), field.value);
    const label = selector?.labelEquals.find(({ values }) => values.length === 1);
    const value = label?.values[0];
    if (label !== undefined && value !== undefined) return put(placesOf(this.#byLabel, label.key), value);
    if (this.#others.has(selection)) this.#others.delete(selection);
    else this.#others.add(selection);
  }
}

function placesOf(map: Map<string, Map<string, Selections>>, key: string): Map<string, Selections> {
  let places = map.get(key);
  if (places === undefined) map.set(key, (places = new Map()));
  return places;
}

function visitValues(
  places: ReadonlyMap<string, Selections>,
  now: string | undefined,
  before: string | undefined,
  visit: (selection: WatchSelection) => void,
): void {
  if (now !== undefined) visitAll(places.get(now), visit);
  if (before !== undefined && before !== now) visitAll(places.get(before), visit);
}

function visitAll(selections: Selections | undefined, visit: (selection: WatchSelection) => void): void {
  if (selections !== undefined) for (const selection of selections) visit(selection);
}
