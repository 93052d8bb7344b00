/**
 * Conversions for work that cannot wait: field management compares an object in the versions of all its managers, step by step.
 * What is not known yet stops the work; it begins again when it is.
 */
import type { JsonObject } from '../../../apimachinery/json.ts';
import { ConversionPending, type ScopeConversion } from '../../registry/resource-scope.ts';
import { REMEMBERED_CONVERSIONS } from './limits.ts';

interface Conversion {
  convert(object: JsonObject, apiVersion: string): Promise<JsonObject>;
}

export class SettledConversion implements ScopeConversion {
  readonly #conversion: Conversion;
  /** By version and text, oldest first. */
  readonly #known = new Map<string, JsonObject>();

  constructor(conversion: Conversion) {
    this.#conversion = conversion;
  }

  /** @throws ConversionPending */
  convert(object: JsonObject, apiVersion: string): JsonObject {
    const text = `${apiVersion} ${JSON.stringify(object)}`;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    throw new ConversionPending(this.#learn(text, object, apiVersion));
  }

  async #learn(text: string, object: JsonObject, apiVersion: string): Promise<void> {
    const converted = await this.#conversion.convert(structuredClone(object), apiVersion);
    const oldest = this.#known.size >= REMEMBERED_CONVERSIONS ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(text, converted);
  }
}
