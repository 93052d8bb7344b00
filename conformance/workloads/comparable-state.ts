/** The objects and events of a namespace without what differs from run to run: uids, times, random names. */
import type { Json, JsonObject } from '../differential/case.ts';
import { at } from './look-up.ts';
import { type NamespaceState, resourceNames } from './scenario.ts';

/** Of names that a server ends with five random characters. */
const RANDOM_END = '-[bcdfghjklmnpqrstvwxz2456789]{5}';
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export interface ComparableOptions {
  readonly namespace: string;
  /** Statuses of pods, and where they are, are the nodes' business. */
  readonly onNodes: boolean;
}

/** What a namespace holds is read with the same eyes throughout a run: uids keep the names of what they belonged to. */
export class ComparableNames {
  readonly #options: ComparableOptions;
  readonly #uids = new Map<string, string>();
  readonly #prefixes = new Set(['kube-api-access']);

  constructor(options: ComparableOptions) {
    this.#options = options;
  }

  state(state: NamespaceState): JsonObject {
    this.#learn(state);
    const body: JsonObject = {};
    for (const resource of resourceNames) {
      const items = state[resource].map((object) => this.#object(object, resource));
      body[resource] = resource === 'pods' ? items.toSorted(byText) : byName(items);
    }
    return body;
  }

  /** How often each was told, by what they say; of warnings, which come again with every attempt, only that they were. */
  events(events: readonly JsonObject[]): JsonObject {
    const counts: JsonObject = {};
    const lines = events.flatMap((event) => {
      const { type, reason, message, count } = event;
      const object = event.involvedObject as JsonObject;
      if (object.kind === 'Pod' || object.kind === 'PersistentVolumeClaim') return [];
      const source = at(event, 'source.component') ?? '';
      const told = `${String(object.kind)}/${String(object.name)} ${String(type)} ${String(reason)} from ${String(source)}: ${String(message).replace('(combined from similar events): ', '')}`;
      return [{ line: this.#text(told), count: type === 'Warning' ? 0 : Number(count ?? 1) }];
    });
    for (const { line, count } of lines.toSorted((a, b) => (a.line < b.line ? -1 : 1)))
      counts[line] = Number(counts[line] ?? 0) + count;
    return counts;
  }

  #learn(state: NamespaceState): void {
    for (const resource of resourceNames) {
      for (const object of state[resource]) {
        const { name, uid, generateName } = object.metadata as JsonObject;
        if (typeof generateName === 'string') this.#prefixes.add(generateName.replace(/-$/, ''));
        this.#prefixes.add(String(name));
        this.#uids.set(String(uid), `{uid of ${resource}/${this.#text(String(name))}}`);
      }
    }
  }

  #object(object: JsonObject, resource: string): Json {
    const { uid: _, resourceVersion: __, managedFields, ...metadata } = object.metadata as JsonObject;
    const { apiVersion: ___, kind: ____, ...rest } = object;
    const whole: JsonObject = { ...rest, metadata };
    if (resource === 'pods' && this.#options.onNodes) {
      whole.status = { phase: at(object, 'status.phase') };
      const { nodeName: _____, ...spec } = object.spec as JsonObject;
      whole.spec = spec;
    } else {
      metadata.managedFields = ((managedFields ?? []) as JsonObject[])
        .map(({ time: _____, ...entry }) => entry)
        .toSorted(byText);
    }
    return this.#json(whole);
  }

  #json(value: Json): Json {
    if (typeof value === 'string') return time.test(value) ? '{time}' : this.#text(value);
    if (Array.isArray(value)) return value.map((item) => this.#json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => {
        if (item === undefined) return [];
        // Of references; the objects' own are gone already.
        return [[this.#text(key), key === 'resourceVersion' ? '{version}' : this.#json(item)]];
      }),
    );
  }

  #text(text: string): string {
    let result = text.replaceAll(this.#options.namespace, '{ns}').replaceAll(/\b(sim-)?node-\d+\b/g, '{node}');
    for (const [uid, name] of this.#uids) result = result.replaceAll(uid, name);
    for (const prefix of this.#prefixes) {
      if (result.includes(prefix))
        result = result.replaceAll(new RegExp(`(?<![a-z0-9])(${prefix})${RANDOM_END}(?![a-z0-9])`, 'g'), '$1-*');
    }
    return result;
  }
}

function byText(a: Json, b: Json): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function byName(items: readonly Json[]): JsonObject {
  return Object.fromEntries(items.map((item) => [String(at(item, 'metadata.name')), item]));
}
