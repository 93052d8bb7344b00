/** Encryption at rest as an administrator finds it: what is in the store, how keys are changed, and what happens without the right one. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { stringify } from 'yaml';
import { openStorage } from '../../server/cmd/backends.ts';
import { startPortico } from '../../server/cmd/start-portico.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startTrusted, type TrustedServer } from './trusted-server.ts';

const secrets = '/api/v1/namespaces/default/secrets';
const json = { 'Content-Type': 'application/json' };
const key = (name: string, fill: string) => ({ name, secret: Buffer.alloc(32, fill).toString('base64') });

async function cluster() {
  const dataDirectory = await temporaryFolder('portico-encryption');
  const encryptionProviderConfig = join(dataDirectory, 'encryption.yaml');
  /** With these ways of keeping Secrets, until `use` is done. */
  const run = async <T>(providers: readonly object[] | undefined, use: (server: TrustedServer) => Promise<T>) => {
    if (providers !== undefined) {
      const resources = [{ resources: ['secrets'], providers }];
      const config = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration', resources };
      await writeFile(encryptionProviderConfig, stringify(config));
    }
    const storage = `embedded:${dataDirectory}`;
    const server = await startTrusted({
      storage,
      dataDirectory,
      ...(providers === undefined ? {} : { encryptionProviderConfig }),
    });
    try {
      return await use(server);
    } finally {
      await server.stop();
    }
  };
  /** As SQL would show it. */
  const stored = async (path: string) => {
    const { storage } = await openStorage({
      url: `embedded:${dataDirectory}`,
      onEvent: () => undefined,
      compactionInterval: undefined,
    });
    try {
      return Buffer.from((await storage.get(path))?.value ?? []).toString();
    } finally {
      await storage.close();
    }
  };
  return { run, stored, remove: () => rm(dataDirectory, { recursive: true, force: true }) };
}

const make = (server: TrustedServer, name: string) =>
  server.ask('admin', {
    method: 'POST',
    path: secrets,
    headers: json,
    body: JSON.stringify({ metadata: { name }, stringData: { hidden: 'hush' } }),
  });
const get = (server: TrustedServer, name: string) => server.ask('admin', { method: 'GET', path: `${secrets}/${name}` });
const hush = Buffer.from('hush').toString('base64');

test.serial(
  'secrets are encrypted in the store, keys are changed by rewriting them, and a lost key is told',
  async (t) => {
    const { run, stored, remove } = await cluster();
    t.teardown(remove);
    const first = { aescbc: { keys: [key('first', '1')] } };
    const second = { secretbox: { keys: [key('second', '2')] } };
    const plainly = { identity: {} };

    await run(undefined, async (server) => {
      t.is((await make(server, 'old')).status, 201);
    });
    t.regex(await stored('/registry/secrets/default/old'), new RegExp(hush));

    await run([first, plainly], async (server) => {
      t.regex((await get(server, 'old')).text, new RegExp(hush));
      t.is((await make(server, 'new')).status, 201);
      const made = await get(server, 'new');
      t.regex(made.text, new RegExp(hush));
      // What `kubectl get secrets -o json | kubectl replace -f -` does.
      const old = await get(server, 'old');
      const { status, text } = await server.ask('admin', {
        method: 'PUT',
        path: `${secrets}/old`,
        headers: json,
        body: old.text,
      });
      t.is(status, 200);
      const again = await server.ask('admin', { method: 'PUT', path: `${secrets}/old`, headers: json, body: text });
      t.is(again.text, text, 'what is written as it should be is not written again');
      const list = await server.ask('admin', { method: 'GET', path: '/api/v1/secrets' });
      t.regex(list.text, /"name":"old".*/);
      const metrics = (await server.ask('admin', { method: 'GET', path: '/metrics' })).text;
      t.regex(metrics, /transformation_type="to_storage",transformer_prefix="k8s:enc:aescbc:v1:"\} [1-9]/);
    });
    for (const name of ['old', 'new']) {
      const value = await stored(`/registry/secrets/default/${name}`);
      t.regex(value, /^k8s:enc:aescbc:v1:first:[A-Za-z0-9+/=]+$/);
    }

    await run([second, first], async (server) => {
      const old = await get(server, 'old');
      await server.ask('admin', { method: 'PUT', path: `${secrets}/old`, headers: json, body: old.text });
    });
    t.regex(await stored('/registry/secrets/default/old'), /^k8s:enc:secretbox:v1:second:/);

    await run([second, plainly], async (server) => {
      t.regex((await get(server, 'old')).text, new RegExp(hush));
      const lost = await get(server, 'new');
      t.is(lost.status, 500);
      t.regex(lost.text, /"Internal error occurred: no matching prefix found"/);
      const list = await server.ask('admin', { method: 'GET', path: secrets });
      t.is(list.status, 500);
      t.regex(list.text, /unable to transform key \\"\/registry\/secrets\/default\/new\\"/);
      t.is((await server.ask('admin', { method: 'DELETE', path: `${secrets}/new` })).status, 500);
      t.is((await make(server, 'new')).status, 500);
      t.is((await make(server, 'more')).status, 201);
      t.is((await server.ask('admin', { method: 'GET', path: '/api/v1/namespaces/default/configmaps' })).status, 200);
    });

    await run(undefined, async (server) => {
      const unread = await get(server, 'old');
      t.is(unread.status, 500);
      t.regex(unread.text, /identity transformer tried to read encrypted data/);
    });
  },
);

test.serial('a configuration that makes no sense ends the start and repeats no secret', async (t) => {
  const folder = await temporaryFolder('portico-encryption');
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'encryption.yaml');
  const refused = async (text: string, message: RegExp) => {
    await writeFile(file, text);
    const error = await t.throwsAsync(startPortico({ storage: 'memory:', encryptionProviderConfig: file }), {
      message,
    });
    t.notRegex(error?.message ?? '', /c2VjcmV0/);
  };
  const config = (providers: object[]) =>
    stringify({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'EncryptionConfiguration',
      resources: [{ resources: ['secrets'], providers }],
    });
  await refused('', /encryption provider configuration file is empty/);
  await refused('kind: EncryptionConfiguration\napiVersion: v1\n', /expected kind EncryptionConfiguration/);
  await refused(
    config([{ aesgcm: { keys: [{ name: 'a', secret: 'c2VjcmV0' }] } }]),
    /not of the expected length, got 6/,
  );
  await refused(config([]), /at least one resources\[0\]\.providers is required/);
});
