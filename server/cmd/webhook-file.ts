/** Where a webhook is and how it is talked to: a file in the form of a kubeconfig, as upstream reads it. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemClock } from '../apimachinery/clock/clock.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import { asObject, asObjects, asText, isSet } from '../apimachinery/json-access.ts';
import type { RemoteTls } from '../apiserver/remote/https-exchange.ts';
import { ReviewWebhook } from '../apiserver/remote/review-webhook.ts';
import { readYamlFile } from './yaml-file.ts';

export interface Remote {
  readonly url: string;
  /** The header Authorization of now; undefined: none. */
  readonly authorization: () => string | undefined;
  readonly tls: RemoteTls;
}

/** `timeout` in milliseconds. @throws Error that names the flag and what is missing */
export async function loadWebhook(flag: string, file: string, timeout?: number): Promise<ReviewWebhook> {
  return new ReviewWebhook({ ...(await readRemote(flag, file)), timeout, clock: systemClock });
}

/** The server that the current context of a kubeconfig names. @throws Error that names the flag and what is missing */
export async function readRemote(flag: string, file: string): Promise<Remote> {
  const config = await readYamlFile(flag, file);
  const named = (list: string, name: string) =>
    asObjects(config[list]).find((entry) => asText(entry.name) === name) ?? asObjects(config[list])[0] ?? {};
  const context = asObject(named('contexts', asText(config['current-context'])).context);
  const cluster = asObject(named('clusters', asText(context.cluster)).cluster);
  const user = await readUser(named('users', asText(context.user)), { flag, file });
  const url = asText(cluster.server);
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new Error(`--${flag} ${file}: the server of the cluster must be an https URL`);
  }
  const serverName = asText(cluster['tls-server-name']);
  return {
    url,
    authorization: authorizationOf(user),
    tls: {
      authority: await pemOf(cluster, 'certificate-authority', dirname(file)),
      certificate: user.certificate,
      key: user.key,
      ...(cluster['insecure-skip-tls-verify'] === true ? { insecure: true } : {}),
      ...(serverName === '' ? {} : { serverName }),
    },
  };
}

/** What a user of a kubeconfig shows of itself; paths are whole. */
export interface RemoteUser {
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** PEM. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** @throws Error where it logs in in a way that is not known here */
export async function readUser(
  entry: JsonObject,
  { flag, file }: { readonly flag: string; readonly file: string },
): Promise<RemoteUser> {
  const user = asObject(entry.user);
  for (const way of ['exec', 'auth-provider']) {
    if (!isSet(user[way])) continue;
    throw new Error(
      `--${flag} ${file}: user ${asText(entry.name)}: ${way} is not known here; give a token, tokenFile or a client certificate`,
    );
  }
  const folder = dirname(file);
  const text = (field: string) => (asText(user[field]) === '' ? undefined : asText(user[field]));
  const tokenFile = text('tokenFile');
  return {
    token: text('token'),
    tokenFile: tokenFile === undefined ? undefined : resolve(folder, tokenFile),
    username: text('username'),
    password: text('password'),
    certificate: await pemOf(user, 'client-certificate', folder),
    key: await pemOf(user, 'client-key', folder),
  };
}

/** Milliseconds after which a token is read from its file again: it may be renewed. */
const rereadTokenEvery = 60_000;

function authorizationOf({ token, tokenFile, username, password = '' }: RemoteUser): Remote['authorization'] {
  if (token === undefined && tokenFile !== undefined) return tokenFrom(tokenFile);
  const basic = username === undefined ? undefined : Buffer.from(`${username}:${password}`).toString('base64');
  const fixed = token !== undefined ? `Bearer ${token}` : basic === undefined ? undefined : `Basic ${basic}`;
  return () => fixed;
}

function tokenFrom(file: string): Remote['authorization'] {
  let header = `Bearer ${readFileSync(file, 'utf8').trim()}`;
  let readAt = systemClock.monotonic();
  return () => {
    const now = systemClock.monotonic();
    if (now - readAt < rereadTokenEvery) return header;
    readAt = now;
    header = `Bearer ${readFileSync(file, 'utf8').trim()}`;
    return header;
  };
}

/** In the file itself, or in one that it names. */
async function pemOf(fields: JsonObject, field: string, folder: string): Promise<string | undefined> {
  const data = asText(fields[`${field}-data`]);
  if (data !== '') return Buffer.from(data, 'base64').toString();
  const path = asText(fields[field]);
  return path === '' ? undefined : readFile(resolve(folder, path), 'utf8');
}
