/**
 * Finds the selections that an event can concern without looking at all of them: a thousand watchers that each follow one
 * object or one node cost an event a map lookup. Each selection stands in exactly one place.
 */
import type { CacheEvent } from './event-ring.ts';
import type { ObjectSelector } from './interface.ts';
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
  /** Under ''. */
  readonly #others = new Map<string, Selections>();
  #size = 0;

  constructor(attributes: ObjectAttributes) {
    this.#attributes = attributes;
  }

  get size(): number {
    return this.#size;
  }

  add(selection: WatchSelection): void {
    this.#size++;
    const { places, value } = this.#placeOf(selection.selector);
    const selections = places.get(value);
    if (selections === undefined) places.set(value, new Set([selection]));
    else selections.add(selection);
  }

  delete(selection: WatchSelection): void {
    this.#size--;
    const { places, value } = this.#placeOf(selection.selector);
    const selections = places.get(value);
    if (selections?.delete(selection) === true && selections.size === 0) places.delete(value);
    for (const map of [this.#byField, this.#byLabel]) {
      for (const [key, { size }] of map) if (size === 0) map.delete(key);
    }
  }

  visit(event: CacheEvent, visit: (selection: WatchSelection) => void): void {
    const { object, previous } = event;
    const present = event.deleted ? undefined : object;
    visitAll(this.#others.get(''), visit);
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

  #placeOf(selector: ObjectSelector | undefined): { places: Map<string, Selections>; value: string } {
    const name = requiredField(selector, 'metadata.name');
    if (name !== undefined) return { places: this.#byName, value: name };
    const field = selector?.fieldEquals.find((requirement) => this.#attributes.hasField(requirement.field));
    if (field !== undefined) return { places: placesOf(this.#byField, field.field), value: field.value };
    for (const { key, values } of selector?.labelEquals ?? []) {
      const [value] = values;
      if (value !== undefined && values.length === 1) return { places: placesOf(this.#byLabel, key), value };
    }
    return { places: this.#others, value: '' };
  }
}

function placesOf(map: Map<string, Map<string, Selections>>, key: string): Map<string, Selections> {
  let places = map.get(key);
  if (places === undefined) map.set(key, (places = new Map<string, Selections>()));
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
