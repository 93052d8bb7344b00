/** The schemas of one definition: compiled when first asked for, from the bytes of the definition in the cache. */
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { compileStructural } from '../../apimachinery/structural-schema/compile-structural.ts';
import type { Structural } from '../../apimachinery/structural-schema/structural.ts';

export class DefinitionSchemas {
  /** Reads the definition anew: schemas as JSON are large, and mostly wanted once. */
  readonly #read: () => KubeObject;
  readonly #compiled = new Map<string, Structural>();

  constructor(read: () => KubeObject) {
    this.#read = read;
  }

  /** What has been compiled from the same schemas before. */
  takeOver(older: DefinitionSchemas): void {
    for (const [version, schema] of older.#compiled) this.#compiled.set(version, schema);
  }

  /** openAPIV3Schema of a version; undefined: it has none. */
  source(version: string): JsonObject | undefined {
    const versions = asObjects(asObject(this.#read().spec).versions);
    const found = versions.find(({ name }) => asText(name) === version);
    const schema = asObject(found?.schema).openAPIV3Schema;
    return isJsonObject(schema) ? schema : undefined;
  }

  structural(version: string): Structural {
    let compiled = this.#compiled.get(version);
    if (compiled === undefined) {
      compiled = compileStructural(this.source(version) ?? { type: 'object' });
      this.#compiled.set(version, compiled);
    }
    return compiled;
  }
}
