import test from 'ava';
import { storageContract } from '../../../../backends/storage/contract/storage-contract.ts';
import { createMemoryStorage } from '../../../../backends/storage/memory/memory-storage.ts';
import { systemRandom } from '../../../apimachinery/clock/random.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { newResourceOfKey } from '../../registry/resource-of-key.ts';
import { EncryptedStorage } from './encrypted-storage.ts';
import { compileEncryption } from './encryption-configuration.ts';
import { identity } from './identity.ts';
import { cipherTransformer, fromText, type ValueTransformer } from './value-transformer.ts';

const secretOf = (size: number) => Buffer.alloc(size, 'k').toString('base64');
const key = (name: string, size = 32, fill = 'k') => ({ name, secret: Buffer.alloc(size, fill).toString('base64') });
const secrets = { group: '', resource: 'secrets' };
const context = '/registry/secrets/default/a';

async function compile(resources: JsonObject[]) {
  return compileEncryption({ resources }, { random: systemRandom, kms: () => Promise.reject(new Error('no KMS')) });
}

async function transformer(...providers: JsonObject[]): Promise<ValueTransformer> {
  const found = (await compile([{ resources: ['secrets'], providers }]))(secrets);
  if (found === undefined) throw new Error('secrets are not configured');
  return found;
}

const plain = Buffer.from('{"kind":"Secret"}');
const written = (way: ValueTransformer) => Buffer.from(way.toStorage(plain, context)).toString();
const read = async (way: ValueTransformer, text: string | Uint8Array, at = context) => {
  const { value, stale } = await way.fromStorage(Buffer.from(text), at);
  return { text: Buffer.from(value).toString(), stale };
};

/** Answers of another server for each key, in the order that chance has it. */
const slow: ValueTransformer = {
  toStorage: (value) => Buffer.concat([Buffer.from('k8s:enc:slow:'), value]),
  fromStorage: (data) =>
    new Promise((resolve) => {
      const found = { value: data.subarray('k8s:enc:slow:'.length), stale: false };
      if (data.length % 3 === 0) resolve(found);
      else setImmediate(() => resolve(found));
    }),
};

const gcm = await transformer({ aesgcm: { keys: [key('a')] } });
storageContract(test, 'memory, encrypted', async () => new EncryptedStorage(createMemoryStorage(), () => gcm));
storageContract(
  test,
  'memory, encrypted by keys that have to be asked for',
  async () => new EncryptedStorage(createMemoryStorage(), () => slow),
);

test('a value begins with the way and the key, and comes back only at its own place', async (t) => {
  for (const [way, sizes] of [
    ['aescbc', [16, 24, 32]],
    ['aesgcm', [16, 24, 32]],
    ['secretbox', [32]],
  ] as const) {
    for (const size of sizes) {
      const one = await transformer({ [way]: { keys: [key('first', size)] } });
      const text = written(one);
      t.true(text.startsWith(`k8s:enc:${way}:v1:first:`));
      t.notRegex(text, /Secret/);
      t.not(written(one), text);
      t.deepEqual(await read(one, text), { text: plain.toString(), stale: false });
    }
  }
  await t.throwsAsync(read(gcm, written(gcm), '/registry/secrets/default/b'), {
    message: 'cipher: message authentication failed',
  });
});

test('a secretbox is NaCl’s', async (t) => {
  const box = await transformer({ secretbox: { keys: [key('a')] } });
  // Made by golang.org/x/crypto/nacl/secretbox from 32 bytes "k", a nonce of 24 bytes "n" and the text "hello".
  const sealed = Buffer.concat([Buffer.alloc(24, 'n'), Buffer.from('5rR9AJ8TN0gLGYbUv8089qCtPLn9', 'base64')]).toString(
    'base64',
  );
  t.deepEqual(await read(box, `k8s:enc:secretbox:v1:a:${sealed}`), { text: 'hello', stale: false });
});

test('the first key writes, the others read, and what they read is stale', async (t) => {
  const old = await transformer({ aescbc: { keys: [key('old', 32, 'o')] } }, { identity: {} });
  const both = await transformer({ aescbc: { keys: [key('new'), key('old', 32, 'o')] } }, { identity: {} });
  const moved = await transformer({ secretbox: { keys: [key('s')] } }, { aescbc: { keys: [key('old', 32, 'o')] } });
  const away = await transformer({ identity: {} }, { aescbc: { keys: [key('old', 32, 'o')] } });
  const text = written(old);
  t.deepEqual(await read(both, text), { text: plain.toString(), stale: true });
  t.deepEqual(await read(moved, text), { text: plain.toString(), stale: true });
  t.deepEqual(await read(away, text), { text: plain.toString(), stale: true });
  t.deepEqual(await read(both, plain), { text: plain.toString(), stale: true });
  t.deepEqual(await read(away, plain), { text: plain.toString(), stale: false });
  t.true(written(both).startsWith('k8s:enc:aescbc:v1:new:'));
  t.is(written(away), plain.toString());
});

test('the same key name with another secret is tried on', async (t) => {
  const old = await transformer({ aesgcm: { keys: [key('a', 32, 'o')] } });
  const twice = await transformer({ aesgcm: { keys: [key('a')] } }, { aesgcm: { keys: [key('a', 32, 'o')] } });
  t.deepEqual(await read(twice, written(old)), { text: plain.toString(), stale: true });
});

test('a value that no key opens is refused in upstream’s words', async (t) => {
  const refused = async (way: ValueTransformer, text: string, message: string) =>
    t.throwsAsync(read(way, text), { message });
  const cbc = await transformer({ aescbc: { keys: [key('a')] } });
  const box = await transformer({ secretbox: { keys: [key('a')] } });
  await refused(cbc, written(gcm), 'no matching prefix found');
  await refused(cbc, 'k8s:enc:aescbc:v1:b:AAAA', 'no matching key was found for the provided AES transformer');
  await refused(box, 'k8s:enc:secretbox:v1:b:', 'no matching key was found for the provided Secretbox transformer');
  await refused(cbc, 'k8s:enc:aescbc:v1:a:AAAA', 'the stored data was shorter than the required size');
  const odd = Buffer.alloc(17).toString('base64');
  await refused(cbc, `k8s:enc:aescbc:v1:a:${odd}`, 'the stored data is not a multiple of the block size');
  await refused(gcm, `k8s:enc:aesgcm:v1:a:${odd}`, 'cipher: message authentication failed');
  const forged = fromText(Buffer.from(written(gcm).slice('k8s:enc:aesgcm:v1:a:'.length)));
  forged[20] = (forged[20] ?? 0) ^ 1;
  const text = `k8s:enc:aesgcm:v1:a:${forged.toString('base64')}`;
  await refused(gcm, text, 'cipher: message authentication failed');
  t.throws(() => identity.fromStorage(Buffer.from(text), context), {
    message: 'identity transformer tried to read encrypted data',
  });
});

test('resources are named one by one, by group, or all', async (t) => {
  const providers = [{ aesgcm: { keys: [key('a')] } }];
  const of = await compile([
    { resources: ['secrets', 'widgets.example.com'], providers },
    { resources: ['*.apps'], providers: [{ identity: {} }] },
    { resources: ['*.'], providers },
  ]);
  const isEncrypted = (group: string, resource: string) => of({ group, resource })?.toStorage(plain, context) !== plain;
  t.true(isEncrypted('', 'secrets'));
  t.true(isEncrypted('', 'configmaps'));
  t.true(isEncrypted('example.com', 'widgets'));
  t.false(isEncrypted('apps', 'deployments'));
  t.is(of({ group: 'example.com', resource: 'gadgets' }), undefined);
  const resourceOf = newResourceOfKey();
  t.deepEqual(resourceOf('/registry/secrets/a/b'), secrets);
  t.deepEqual(resourceOf('/registry/services/specs/a/b'), { group: '', resource: 'services' });
  t.deepEqual(resourceOf('/registry/minions/a'), { group: '', resource: 'nodes' });
  t.deepEqual(resourceOf('/registry/events/a/b'), { group: '', resource: 'events' });
  t.deepEqual(resourceOf('/registry/example.com/widgets/a/b'), { group: 'example.com', resource: 'widgets' });
  t.is(resourceOf('/registry/ranges/servicenodeports/30000'), undefined);
});

test('a configuration that makes no sense is refused, and no secret is repeated', async (t) => {
  const providers = [{ aesgcm: { keys: [key('a')] } }];
  const refused = async (resources: JsonObject[], message: RegExp) => {
    const error = await t.throwsAsync(compile(resources), { message });
    t.false(error?.message.includes(secretOf(17)));
  };
  const keys = (...all: JsonObject[]) => [{ resources: ['secrets'], providers: [{ aescbc: { keys: all } }] }];
  await refused([], /^resources: Required value: at least one resources is required$/);
  await refused([{ resources: [], providers }], /resources\[0\]\.resources: Required value/);
  await refused([{ resources: ['secrets'], providers: [] }], /resources\[0\]\.providers: Required value/);
  await refused([{ resources: ['secrets', 'secrets'], providers }], /cannot be specified multiple times/);
  await refused([{ resources: ['secrets', '*.'], providers }], /using overlapping resources/);
  await refused([{ resources: ['Secrets'], providers }], /should not contain capital letters/);
  await refused([{ resources: ['*'], providers }], /use '\*\.' to encrypt all the resources from core API group/);
  await refused([{ resources: ['pods.*'], providers }], /across groups is not supported/);
  await refused([{ resources: ['events.events.k8s.io'], providers }], /Use 'events' instead/);
  await refused([{ resources: ['ingresses.extensions'], providers }], /'extensions' group has been removed/);
  await refused([{ resources: ['secrets'], providers: [{}] }], /does not contain any of the expected providers/);
  await refused([{ resources: ['secrets'], providers: [{ ...providers[0], identity: {} }] }], /more than one provider/);
  await refused(keys(), /at least one keys is required/);
  await refused(keys({ secret: secretOf(32) }), /keys\[0\]\.name: Required value: name is a mandatory field for a key/);
  await refused(keys({ name: 'a' }), /secret is a mandatory field for a key/);
  await refused(keys({ name: 'a', secret: '***' }), /"REDACTED": secrets must be base64 encoded/);
  await refused(keys({ name: 'a', secret: secretOf(17) }), /"REDACTED": secret is not of the expected length, got 17/);
  const twice = [
    { resources: ['*.*'], providers },
    { resources: ['secrets'], providers },
  ];
  await refused(twice, /resource "secrets" is masked by earlier rule "\*\.\*"/);
});

test('ciphers write what is text', (t) => {
  const way = cipherTransformer({ seal: () => Buffer.from([0, 255, 10]), open: (sealed) => sealed });
  t.is(Buffer.from(way.toStorage(plain, context)).toString(), 'AP8K');
});
