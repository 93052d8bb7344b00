/** What selectors see of a resource's objects (upstream: AttrFunc): labels and fields, read from the bytes on first use. */
import { isJsonObject } from '../../apimachinery/json.ts';
import { metadataStart } from '../storage/object-layout.ts';
import type { CacheEntry, LabelSet } from './cache-entry.ts';
import type { CachedResource, ObjectSelector } from './interface.ts';
import { InternTable } from './intern-table.ts';
import { labelsText } from './labels-text.ts';
import { parseCached, parseStored } from './parse-object.ts';

const noLabels: LabelSet = Object.freeze(Object.setPrototypeOf({}, null) as Record<string, string>);
const INTERNED = 2048;
/** Longer field values are rarely shared. */
const INTERNED_LENGTH = 64;

export class ObjectAttributes {
  readonly #resource: CachedResource;
  readonly #fieldIndex: ReadonlyMap<string, number>;
  readonly #readers: ReadonlyArray<CachedResource['selectableFields'][string]>;
  readonly #labelSets = new InternTable<LabelSet>(INTERNED);
  readonly #values = new InternTable<string>(INTERNED);
  #subject: CacheEntry | undefined;
  readonly #fieldOfSubject = (name: string): string =>
    this.#subject === undefined ? '' : this.field(this.#subject, name);

  constructor(resource: CachedResource) {
    this.#resource = resource;
    const fields = Object.entries(resource.selectableFields);
    this.#fieldIndex = new Map(fields.map(([name], index) => [name, index]));
    this.#readers = fields.map(([, reader]) => reader);
  }

  matches(selector: ObjectSelector, entry: CacheEntry): boolean {
    this.#subject = entry;
    return selector.matches(this.labels(entry), this.#fieldOfSubject);
  }

  labels(entry: CacheEntry): LabelSet {
    entry.labels ??= this.#readLabels(entry);
    return entry.labels;
  }

  label(entry: CacheEntry, key: string): string | undefined {
    return this.labels(entry)[key];
  }

  /** '' where the object has none, or the resource does not know the field. */
  field(entry: CacheEntry, name: string): string {
    if (name === 'metadata.name') return entry.name;
    if (name === 'metadata.namespace') return entry.namespace;
    const index = this.#fieldIndex.get(name);
    if (index === undefined) return '';
    entry.fields ??= this.#readFields(entry);
    return entry.fields[index] ?? '';
  }

  hasField(name: string): boolean {
    return this.#fieldIndex.has(name);
  }

  #readLabels(entry: CacheEntry): LabelSet {
    const text = labelsText(entry.bytes, metadataStart(this.#resource.layout));
    if (text === undefined) return ownLabels(parseCached(this.#resource.layout, entry).metadata.labels);
    if (text === '' || text === '{}') return noLabels;
    let labels = this.#labelSets.get(text);
    if (labels === undefined) {
      labels = ownLabels(parseStored(text));
      this.#labelSets.set(text, labels);
    }
    return labels;
  }

  #readFields(entry: CacheEntry): readonly string[] {
    const object = parseCached(this.#resource.layout, entry);
    return this.#readers.map((reader) => {
      try {
        return this.#intern(String(reader(object) ?? ''));
      } catch {
        // An object of a shape that the reader did not expect has no such field.
        return '';
      }
    });
  }

  #intern(value: string): string {
    if (value.length > INTERNED_LENGTH) return value;
    const known = this.#values.get(value);
    if (known === undefined) this.#values.set(value, value);
    return known ?? value;
  }
}

/** Without a prototype: a label named `constructor` is there only if the object has it. */
function ownLabels(labels: unknown): LabelSet {
  return isJsonObject(labels) ? (Object.setPrototypeOf(labels, null) as LabelSet) : noLabels;
}
