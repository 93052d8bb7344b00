import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, type handleUnaryCall } from '@grpc/grpc-js';
import test from 'ava';
import protobuf from 'protobufjs';
import { systemClock } from '../../../../apimachinery/clock/clock.ts';
import { systemRandom } from '../../../../apimachinery/clock/random.ts';
import { ManualClock } from '../../../cacher/cacher-harness.ts';
import { fromText, toText } from '../value-transformer.ts';
import { newKmsClient } from './kms-client.ts';
import { KmsProvider } from './kms-provider.ts';
import { decodeEncryptedObject, encodeEncryptedObject } from './messages.ts';

const { root } = protobuf.parse(`syntax = "proto3"; package v2;
  message StatusRequest {}
  message StatusResponse { string version = 1; string healthz = 2; string key_id = 3; }
  message DecryptRequest { bytes ciphertext = 1; string uid = 2; string key_id = 3; map<string, bytes> annotations = 4; }
  message DecryptResponse { bytes plaintext = 1; }
  message EncryptRequest { bytes plaintext = 1; string uid = 2; }
  message EncryptResponse { bytes ciphertext = 1; string key_id = 2; map<string, bytes> annotations = 3; }
  message EncryptedObject { bytes encryptedData = 1; string keyID = 2; bytes encryptedDEKSource = 3; map<string, bytes> annotations = 4; int32 encryptedDEKSourceType = 5; }`);

type Message = Record<string, unknown>;
interface Plugin {
  readonly endpoint: string;
  /** What it answers; may be changed. */
  state: { healthz: string; version: string; keyId: string; down: boolean };
  readonly calls: string[];
}

const folders: string[] = [];
const servers: Server[] = [];
test.after.always(async () => {
  for (const server of servers) server.forceShutdown();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

const mask = (bytes: Uint8Array) => Buffer.from(bytes.map((byte) => byte ^ 0x5a));

/** A plugin that hides what it is given behind a mask. */
async function startPlugin(): Promise<Plugin> {
  const folder = await mkdtemp(join(tmpdir(), 'kms-'));
  folders.push(folder);
  const plugin: Plugin = {
    endpoint: `unix://${join(folder, 'kms.sock')}`,
    state: { healthz: 'ok', version: 'v2', keyId: 'key-1', down: false },
    calls: [],
  };
  const answers: Record<string, (request: Message) => Message> = {
    Status: () => plugin.state,
    Encrypt: ({ plaintext }) => ({
      ciphertext: mask(plaintext as Uint8Array),
      keyId: plugin.state.keyId,
      annotations: { 'version.example.com': Buffer.from('1') },
    }),
    Decrypt: ({ ciphertext }) => ({ plaintext: mask(ciphertext as Uint8Array) }),
  };
  const server = new Server();
  const handlers = Object.entries(answers).map(([name, answer]) => {
    const type = (suffix: string) => root.lookupType(`v2.${name}${suffix}`);
    const definition = {
      path: `/v2.KeyManagementService/${name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: (value: Message) => Buffer.from(type('Request').encode(value).finish()),
      requestDeserialize: (bytes: Buffer) => type('Request').decode(bytes) as unknown as Message,
      responseSerialize: (value: Message) =>
        Buffer.from(type('Response').encode(type('Response').create(value)).finish()),
      responseDeserialize: (bytes: Buffer) => type('Response').decode(bytes) as unknown as Message,
    };
    const handle: handleUnaryCall<Message, Message> = ({ request }, done) => {
      plugin.calls.push(name);
      if (plugin.state.down) done({ code: 14, details: 'the plugin is down' });
      else done(null, answer(request));
    };
    return [name, definition, handle] as const;
  });
  server.addService(
    Object.fromEntries(handlers.map(([name, definition]) => [name, definition])),
    Object.fromEntries(handlers.map(([name, , handle]) => [name, handle])),
  );
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(plugin.endpoint, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  servers.push(server);
  return plugin;
}

const providers: KmsProvider[] = [];
test.after.always(() => {
  for (const provider of providers) provider.stop();
});

function providerOf({ endpoint }: Plugin, clock = new ManualClock()): KmsProvider {
  const service = newKmsClient({ endpoint, timeout: 2_000, clock: systemClock });
  const provider = new KmsProvider({ name: 'mine', service, clock, random: systemRandom });
  providers.push(provider);
  return provider;
}

const plain = Buffer.from('{"kind":"Secret"}');
const context = '/registry/secrets/default/a';
const textOf = (value: Uint8Array) => Buffer.from(value).toString();

test('a value is encrypted by a key of its own, and the plugin is asked only for seeds', async (t) => {
  const plugin = await startPlugin();
  const provider = providerOf(plugin);
  await provider.start();
  t.is(provider.problem, undefined);
  t.deepEqual(plugin.calls, ['Status', 'Encrypt']);
  const [one, other] = [provider.toStorage(plain, context), provider.toStorage(plain, context)];
  t.notDeepEqual(one, other);
  t.deepEqual(await provider.fromStorage(one, context), { value: plain, stale: false });
  t.is(plugin.calls.length, 2);
  t.throws(() => provider.fromStorage(one, `${context}b`), { message: 'cipher: message authentication failed' });
  const again = providerOf(plugin);
  await again.start();
  const both = await Promise.all([again.fromStorage(one, context), again.fromStorage(other, context)]);
  t.deepEqual(
    both.map(({ value, stale }) => [textOf(value), stale]),
    [
      [plain.toString(), false],
      [plain.toString(), false],
    ],
  );
  t.is(plugin.calls.filter((name) => name === 'Decrypt').length, 1);
});

test('a new key of the plugin makes a new seed, and what the old one wrote is stale', async (t) => {
  const plugin = await startPlugin();
  const clock = new ManualClock();
  const provider = providerOf(plugin, clock);
  await provider.start();
  const old = provider.toStorage(plain, context);
  plugin.state.keyId = 'key-2';
  await provider.start();
  t.deepEqual(await provider.fromStorage(old, context), { value: plain, stale: true });
  t.is(decodeEncryptedObject(fromText(provider.toStorage(plain, context))).keyId, 'key-2');
});

test('while the plugin is down, values are written for three minutes and known seeds are read on', async (t) => {
  const plugin = await startPlugin();
  const clock = new ManualClock();
  const provider = providerOf(plugin, clock);
  await provider.start();
  const written = provider.toStorage(plain, context);
  plugin.state.down = true;
  await provider.start();
  t.regex(provider.problem ?? '', /kmsv2 Provider mine is not healthy, error: 14 UNAVAILABLE: the plugin is down/);
  t.notThrows(() => provider.toStorage(plain, context));
  clock.advance(3 * 60_000 + 1);
  t.throws(() => provider.toStorage(plain, context), {
    message: /encryptedDEKSource with keyID hash "sha256:.*expired/,
  });
  t.deepEqual(await provider.fromStorage(written, context), { value: plain, stale: false });
  const stranger = providerOf(plugin);
  await stranger.start();
  await t.throwsAsync(async () => stranger.fromStorage(written, context), {
    message: /^failed to decrypt DEK, error: /,
  });
});

test('a plugin that says odd things is not well', async (t) => {
  const plugin = await startPlugin();
  const provider = providerOf(plugin);
  const said = async (state: Partial<Plugin['state']>) => {
    plugin.state = { healthz: 'ok', version: 'v2', keyId: 'key-1', down: false, ...state };
    await provider.start();
    return provider.problem ?? '';
  };
  t.regex(await said({ healthz: 'so so' }), /got unexpected healthz status: so so/);
  t.regex(await said({ version: 'v1' }), /expected KMSv2 API version v2, got v1/);
  t.regex(await said({ keyId: '' }), /got invalid KMSv2 KeyID hash "": keyID is empty/);
  t.regex(await said({ keyId: 'k'.repeat(1025) }), /keyID is 1025 bytes, which exceeds the max size of 1024/);
  t.is(await said({}), '');
});

test('encrypted objects are upstream’s messages', (t) => {
  const type = root.lookupType('v2.EncryptedObject');
  const object = {
    encryptedData: Buffer.alloc(300, 1),
    keyId: 'key',
    encryptedDekSource: Buffer.from('source'),
    annotations: new Map([['a.example.com', Buffer.from('1')]]),
    dekSourceType: 1,
  };
  const decoded = type.toObject(type.decode(encodeEncryptedObject(object)));
  t.like(decoded, { keyID: 'key', encryptedDEKSourceType: 1 });
  const back = decodeEncryptedObject(type.encode(decoded).finish());
  t.is(back.keyId, 'key');
  t.deepEqual([...back.annotations.keys()], ['a.example.com']);
  const provider = new KmsProvider({
    name: 'none',
    service: newKmsClient({ endpoint: 'unix:///nowhere', timeout: 10, clock: systemClock }),
    clock: new ManualClock(),
    random: systemRandom,
  });
  providers.push(provider);
  const refused = (more: Partial<typeof object>, message: RegExp) =>
    t.throws(() => provider.fromStorage(toText(encodeEncryptedObject({ ...object, ...more })), context), { message });
  refused({ dekSourceType: 7 }, /unknown encryptedDEKSourceType: 7/);
  refused({ encryptedData: Buffer.alloc(0) }, /encrypted data is empty/);
  refused({ encryptedDekSource: Buffer.alloc(1025) }, /1025 bytes, which exceeds the max size of 1024/);
  refused({ annotations: new Map([['plain', Buffer.from('1')]]) }, /should be a domain with at least two segments/);
  t.throws(() => provider.toStorage(plain, context), { message: 'the plugin has not been asked yet' });
});
