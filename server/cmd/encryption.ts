/** Composes how values are kept at rest, from --encryption-provider-config, and follows the file. */
import type { Storage } from '../../backends/storage/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import { parseGoDurationMilliseconds } from '../apimachinery/duration/go-duration.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import { asText, isSet } from '../apimachinery/json-access.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import { EncryptedStorage, type TransformerOfKey } from '../apiserver/storage/encryption/encrypted-storage.ts';
import { compileEncryption } from '../apiserver/storage/encryption/encryption-configuration.ts';
import { newResourceOfKey } from '../apiserver/registry/resource-of-key.ts';
import type { PrefixedTransformer } from '../apiserver/storage/encryption/prefix-transformer.ts';
import { KMS_TIMEOUT_MS } from '../apiserver/storage/encryption/kms/limits.ts';
import type { KmsProvider } from '../apiserver/storage/encryption/kms/kms-provider.ts';
import { readFlagFile } from './flag-file.ts';
import { followFile } from './follow-file.ts';
import type { PorticoOptions } from './options.ts';
import { parseYamlMapping } from './yaml-file.ts';

const flag = 'encryption-provider-config';

export interface EncryptionOptions {
  readonly options: Pick<PorticoOptions, 'encryptionProviderConfig' | 'encryptionProviderConfigAutomaticReload'>;
  readonly clock: Clock;
  readonly log: NonNullable<PorticoOptions['log']>;
}

/** What is to be known before the store is opened. @throws Error that names the flag and says what is wrong */
export class Encryption {
  readonly #parts: EncryptionOptions;
  readonly #file: string | undefined;
  #text = '';
  #transformerOf: TransformerOfKey | undefined;
  #cancel: () => void = () => undefined;
  #providers: readonly KmsProvider[] = [];

  private constructor(parts: EncryptionOptions) {
    this.#parts = parts;
    this.#file = parts.options.encryptionProviderConfig;
  }

  static async load(parts: EncryptionOptions): Promise<Encryption> {
    const encryption = new Encryption(parts);
    const file = parts.options.encryptionProviderConfig;
    if (file === undefined) return encryption;
    encryption.#text = await readFlagFile(flag, file);
    encryption.#transformerOf = await encryption.#compile(encryption.#text, file);
    return encryption;
  }

  /** Also without a configuration: what was encrypted is then told from what is broken. */
  wrap(storage: Storage): EncryptedStorage {
    const encrypted = new EncryptedStorage(storage, this.#transformerOf);
    const file = this.#file;
    if (file !== undefined && this.#parts.options.encryptionProviderConfigAutomaticReload === true) {
      const { clock, log } = this.#parts;
      const use = async (text: string) => encrypted.use(await this.#compile(text, file));
      this.#cancel = followFile({ flag, file, clock, log, text: this.#text, use });
    }
    return encrypted;
  }

  stop(): void {
    this.#cancel();
    for (const provider of this.#providers) provider.stop();
  }

  /** Why a KMS plugin is not well; undefined: all are. */
  problem(): string | undefined {
    return this.#providers.find(({ problem }) => problem !== undefined)?.problem;
  }

  async #startKms(config: JsonObject, started: KmsProvider[]): Promise<PrefixedTransformer> {
    const name = asText(config.name);
    if (asText(config.apiVersion) !== 'v2') {
      throw new Error(
        `KMS provider ${name}: KMSv1 is deprecated and not part of Portico. Use KMSv2 instead: apiVersion: v2`,
      );
    }
    const [{ newKmsClient }, { KmsProvider }] = await Promise.all([
      import('../apiserver/storage/encryption/kms/kms-client.ts'),
      import('../apiserver/storage/encryption/kms/kms-provider.ts'),
    ]);
    const { clock } = this.#parts;
    const timeout = isSet(config.timeout) ? parseGoDurationMilliseconds(asText(config.timeout)) : KMS_TIMEOUT_MS;
    const service = newKmsClient({ endpoint: asText(config.endpoint), timeout, clock });
    const provider = new KmsProvider({ name, service, clock, random: systemRandom });
    started.push(provider);
    await provider.start();
    return { prefix: `k8s:enc:kms:v2:${name}:`, transformer: provider };
  }

  /** @throws Error that names the flag and says what is wrong */
  async #compile(text: string, file: string): Promise<TransformerOfKey> {
    const where = `--${flag} ${file}`;
    if (text.trim() === '') throw new Error(`${where}: encryption provider configuration file is empty`);
    const config = parseYamlMapping(text, where);
    if (config.apiVersion !== 'apiserver.config.k8s.io/v1' || config.kind !== 'EncryptionConfiguration') {
      throw new Error(`${where}: expected kind EncryptionConfiguration of apiserver.config.k8s.io/v1`);
    }
    const providers: KmsProvider[] = [];
    const transformerOf = await compileEncryption(config, {
      random: systemRandom,
      kms: (kms) => this.#startKms(kms, providers),
    }).catch((error: unknown) => {
      for (const provider of providers) provider.stop();
      throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    });
    const resourceOf = newResourceOfKey();
    for (const provider of this.#providers) provider.stop();
    this.#providers = providers;
    return (key) => {
      const resource = resourceOf(key);
      return resource === undefined ? undefined : transformerOf(resource);
    };
  }
}
