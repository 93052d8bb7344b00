/** ConfigMaps and Secrets that pods of this kubelet use: asked for once, and believed for a while. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { ConfigMap, Secret } from '../client/api-types.ts';
import { type Client, isNotFound } from '../client/client.ts';
import { configMaps, secrets } from '../client/resource-types.ts';
import { REFERENCES_KNOWN_FOR } from './limits.ts';

export interface ReferencesParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type Kind = 'configmap' | 'secret';
type Keyed = ReadonlyMap<string, Uint8Array>;

export class References {
  readonly #parts: ReferencesParts;
  /** What was not found is asked for again each time. */
  readonly #known = new Map<string, { readonly value: Promise<Keyed | undefined>; readonly until: number }>();

  constructor(parts: ReferencesParts) {
    this.#parts = parts;
  }

  /** Undefined: there is none of that name. @throws StatusError, TransportError */
  async data(kind: Kind, namespace: string, name: string): Promise<Keyed | undefined> {
    const now = this.#parts.clock.monotonic();
    const key = `${kind}/${namespace}/${name}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.value;
    const value = this.#read(kind, namespace, name);
    this.#known.set(key, { value, until: now + REFERENCES_KNOWN_FOR });
    const forget = () => this.#known.delete(key);
    value.then((found) => {
      if (found === undefined) forget();
    }, forget);
    return value;
  }

  async #read(kind: Kind, namespace: string, name: string): Promise<Keyed | undefined> {
    const { client, signal } = this.#parts;
    try {
      if (kind === 'configmap') return keyedConfig(await client.of(configMaps).get(name, { namespace, signal }));
      return keyedSecret(await client.of(secrets).get(name, { namespace, signal }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function keyedConfig({ data, binaryData }: ConfigMap): Keyed {
  const texts = Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const);
  const bytes = Object.entries(binaryData ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const);
  return new Map([...texts, ...bytes]);
}

function keyedSecret({ data }: Secret): Keyed {
  return new Map(Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')]));
}
