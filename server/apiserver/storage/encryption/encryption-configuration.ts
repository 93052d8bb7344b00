/** An EncryptionConfiguration as ways of writing the values of each resource. */
import { joinErrors } from '../../../apimachinery/errors/aggregate.ts';
import type { Random } from '../../../apimachinery/clock/random.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { GroupResource } from '../../../apimachinery/meta/object.ts';
import { aesCbc, aesGcm } from './aes-ciphers.ts';
import { identity } from './identity.ts';
import { type PrefixedTransformer, prefixTransformer } from './prefix-transformer.ts';
import { validateEncryption } from './validate-encryption.ts';
import { type Cipher, cipherTransformer, type ValueTransformer } from './value-transformer.ts';

/** Of a resource; undefined: nothing is said of it, and its values are written as they are. */
export type TransformerOf = (resource: GroupResource) => ValueTransformer | undefined;

export interface ProviderParts {
  readonly random: Random;
  /** By the provider's name. @throws Error where it is not configured as it should be */
  readonly kms: (config: JsonObject) => Promise<PrefixedTransformer>;
}

/** @throws Error in upstream's words */
export async function compileEncryption(config: JsonObject, parts: ProviderParts): Promise<TransformerOf> {
  const errors = validateEncryption(config);
  if (errors.length > 0) throw new Error(joinErrors(errors.map(({ field, message }) => `${field}: ${message}`)));
  const byResource = new Map<string, PrefixedTransformer[]>();
  for (const entry of asObjects(config.resources)) {
    const ways: PrefixedTransformer[] = [];
    for (const provider of asObjects(entry.providers)) ways.push(await wayOf(provider, parts));
    for (const resource of asTexts(entry.resources).map(parseResource)) {
      const wider = [`*.${resource.group}`, '*.*'].find((name) => byResource.has(name));
      if (wider !== undefined) {
        throw new Error(
          `resource ${JSON.stringify(textOf(resource))} is masked by earlier rule ${JSON.stringify(wider)}`,
        );
      }
      const name = nameOf(resource);
      byResource.set(name, [...(byResource.get(name) ?? []), ...ways]);
    }
  }
  const transformers = new Map(
    [...byResource].map(([name, ways]) => [name, prefixTransformer(ways, 'no matching prefix found')]),
  );
  return (resource) =>
    transformers.get(nameOf(resource)) ?? transformers.get(`*.${resource.group}`) ?? transformers.get('*.*');
}

/** As schema.ParseGroupResource reads it. */
export function parseResource(text: string): GroupResource {
  const at = text.indexOf('.');
  return at < 0 ? { group: '', resource: text } : { group: text.slice(at + 1), resource: text.slice(0, at) };
}

function nameOf({ group, resource }: GroupResource): string {
  return `${resource}.${group}`;
}

/** As it stands in the file. */
function textOf({ group, resource }: GroupResource): string {
  return group === '' && resource !== '*' ? resource : `${resource}.${group}`;
}

async function wayOf(provider: JsonObject, { random, kms }: ProviderParts): Promise<PrefixedTransformer> {
  if (isSet(provider.kms)) return kms(asObject(provider.kms));
  if (isSet(provider.aesgcm)) return keyed('aesgcm', asObject(provider.aesgcm), (key) => aesGcm(key, random));
  if (isSet(provider.aescbc)) return keyed('aescbc', asObject(provider.aescbc), (key) => aesCbc(key, random));
  if (isSet(provider.secretbox)) {
    const { secretbox } = await import('./secretbox-cipher.ts');
    return keyed('secretbox', asObject(provider.secretbox), (key) => secretbox(key, random));
  }
  return { prefix: '', transformer: identity };
}

function keyed(way: string, config: JsonObject, cipherOf: (key: Buffer) => Cipher): PrefixedTransformer {
  const keys = asObjects(config.keys).map(({ name, secret }) => ({
    prefix: `${asText(name)}:`,
    transformer: cipherTransformer(cipherOf(Buffer.from(asText(secret), 'base64'))),
  }));
  const named = way === 'secretbox' ? 'Secretbox' : 'AES';
  const noneFits = `no matching key was found for the provided ${named} transformer`;
  return { prefix: `k8s:enc:${way}:v1:`, transformer: prefixTransformer(keys, noneFits) };
}
