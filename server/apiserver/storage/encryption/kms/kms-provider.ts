/**
 * KMS v2: values are encrypted by keys derived from a seed, and the seed by the plugin. The plugin is asked for its state again and
 * again; a new key id of it makes a new seed. While it cannot be asked, what was read stays readable and the present seed is good for
 * some minutes of writes.
 */
import type { Clock } from '../../../../apimachinery/clock/clock.ts';
import type { Random } from '../../../../apimachinery/clock/random.ts';
import { joinErrors } from '../../../../apimachinery/errors/aggregate.ts';
import { openGcm } from '../aes-ciphers.ts';
import { type Cipher, fromText, type Plain, toText, type ValueTransformer } from '../value-transformer.ts';
import { cacheKeyOf, checkEncryptedObject, gcmKeyType, hashOf, keyIdProblem, seedType } from './encrypted-object.ts';
import type { KmsService } from './kms-client.ts';
import { HEALTHY_POLL_MS, KNOWN_SEEDS, SEED_LIFE_MS, UNHEALTHY_POLL_MS } from './limits.ts';
import { decodeEncryptedObject, encodeEncryptedObject, type EncryptedObject, type StatusResponse } from './messages.ts';
import { seedCipher, seedSize } from './seed-cipher.ts';

export interface KmsProviderOptions {
  readonly name: string;
  readonly service: KmsService;
  readonly clock: Clock;
  readonly random: Random;
}

interface Seed {
  readonly cipher: Cipher;
  /** Without data. */
  readonly object: EncryptedObject;
  /** Monotonic milliseconds until which it may write. */
  readonly until: number;
}

const versions = ['v2', 'v2beta1'];

export class KmsProvider implements ValueTransformer {
  readonly #options: KmsProviderOptions;
  /** Ciphers by the seed that they come from; the oldest go. */
  readonly #known = new Map<string, Cipher>();
  readonly #asked = new Map<string, Promise<Cipher>>();
  #seed: Seed | undefined;
  #version = '';
  #problem: string | undefined = 'the plugin has not been asked yet';
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(options: KmsProviderOptions) {
    this.#options = options;
  }

  /** Why the plugin is not well; undefined: it is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Asks the plugin, and goes on asking. A plugin may come up after this server. */
  async start(): Promise<void> {
    try {
      await this.#check();
      this.#problem = undefined;
    } catch (error) {
      this.#problem = `kmsv2 Provider ${this.#options.name} is not healthy, error: ${messageOf(error)}`;
    }
    if (this.#isStopped) return;
    const wait = this.#problem === undefined ? HEALTHY_POLL_MS : UNHEALTHY_POLL_MS;
    this.#cancel = this.#options.clock.after(wait, () => void this.start());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    this.#options.service.close();
  }

  fromStorage(data: Uint8Array, context: string): Plain | Promise<Plain> {
    const object = checkEncryptedObject(decodeEncryptedObject(fromText(data)));
    const open = (cipher: Cipher): Plain => ({
      value: cipher.open(object.encryptedData, context),
      stale: object.keyId !== this.#seed?.object.keyId || object.dekSourceType !== seedType,
    });
    const key = cacheKeyOf(object);
    const known = this.#known.get(key);
    return known === undefined ? this.#ask(key, object).then(open) : open(known);
  }

  toStorage(value: Uint8Array, context: string): Uint8Array {
    const seed = this.#seed;
    if (seed === undefined) throw new Error(this.#problem ?? 'got unexpected nil transformer');
    if (this.#options.clock.monotonic() > seed.until) {
      throw new Error(`encryptedDEKSource with keyID hash ${JSON.stringify(hashOf(seed.object.keyId))} expired`);
    }
    return toText(encodeEncryptedObject({ ...seed.object, encryptedData: seed.cipher.seal(value, context) }));
  }

  /** Values that come together with one seed ask once. */
  #ask(key: string, object: EncryptedObject): Promise<Cipher> {
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked;
    const { service, random } = this.#options;
    const answer = service.decrypt(object, random.uuid()).then(
      (dek) => {
        const cipher = object.dekSourceType === gcmKeyType ? keyCipher(dek) : seedCipher(dek, random);
        this.#remember(key, cipher);
        return cipher;
      },
      (error: unknown) => {
        throw new Error(`failed to decrypt DEK, error: ${messageOf(error)}`, { cause: error });
      },
    );
    this.#asked.set(key, answer);
    const forget = () => this.#asked.delete(key);
    answer.then(forget, forget);
    return answer;
  }

  #remember(key: string, cipher: Cipher): void {
    this.#known.set(key, cipher);
    if (this.#known.size <= KNOWN_SEEDS) return;
    const oldest = this.#known.keys().next();
    if (oldest.done !== true) this.#known.delete(oldest.value);
  }

  /** @throws Error in upstream's words */
  async #check(): Promise<void> {
    const until = this.#options.clock.monotonic() + SEED_LIFE_MS;
    const status = await this.#options.service.status();
    const errors = this.#statusErrors(status);
    const problem = keyIdProblem(status.keyId);
    if (problem === undefined) {
      await this.#rotate(status.keyId, until).catch((error: unknown) => errors.push(messageOf(error)));
    } else errors.push(`got invalid KMSv2 KeyID hash ${JSON.stringify(hashOf(status.keyId))}: ${problem}`);
    if (errors.length > 0) throw new Error(joinErrors(errors));
  }

  #statusErrors({ healthz, version }: StatusResponse): string[] {
    const errors = healthz === 'ok' ? [] : [`got unexpected healthz status: ${healthz}`];
    if (!versions.includes(version)) return [...errors, `expected KMSv2 API version v2, got ${version}`];
    if (this.#version === '') this.#version = version;
    if (this.#version === version) return errors;
    const change = `${this.#version}, got ${version}`;
    return [...errors, `KMSv2 API version should not change after the initial status response version ${change}`];
  }

  /** @throws Error; the present seed stays then. */
  async #rotate(keyId: string, until: number): Promise<void> {
    if (this.#seed?.object.keyId === keyId) {
      this.#seed = { ...this.#seed, until };
      return;
    }
    const { service, random } = this.#options;
    const seed = random.bytes(seedSize);
    const { ciphertext, keyId: usedKeyId, annotations } = await service.encrypt(seed, random.uuid());
    const object = {
      encryptedData: Buffer.of(0),
      keyId: usedKeyId,
      encryptedDekSource: ciphertext,
      annotations,
      dekSourceType: seedType,
    };
    checkEncryptedObject(object);
    if (usedKeyId !== keyId) {
      const hashes = `statusKeyIDHash=${JSON.stringify(hashOf(keyId))}, encryptKeyIDHash=${JSON.stringify(hashOf(usedKeyId))}`;
      throw new Error(`failed to rotate DEK ${hashes}`);
    }
    const cipher = seedCipher(seed, random);
    this.#seed = { cipher, object, until };
    this.#remember(cacheKeyOf(object), cipher);
  }
}

/** Only reads: nothing is written by a key that is not derived from a seed. */
function keyCipher(key: Uint8Array): Cipher {
  return {
    open: (data, context) => openGcm(key, { data, context }),
    seal() {
      throw new TypeError('values are encrypted by keys that are derived from a seed');
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
