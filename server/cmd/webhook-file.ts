/** Where a webhook is and how it is talked to: a file in the form of a kubeconfig, as upstream reads it. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemClock } from '../apimachinery/clock/clock.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import { asObject, asObjects, asText } from '../apimachinery/json-access.ts';
import type { RemoteTls } from '../apiserver/remote/https-exchange.ts';
import { ReviewWebhook } from '../apiserver/remote/review-webhook.ts';
import { readYamlFile } from './yaml-file.ts';

export interface Remote {
  readonly url: string;
  readonly token: string | undefined;
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
  const user = asObject(named('users', asText(context.user)).user);
  const url = asText(cluster.server);
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new Error(`--${flag} ${file}: the server of the cluster must be an https URL`);
  }
  const folder = dirname(file);
  return {
    url,
    token: asText(user.token) === '' ? undefined : asText(user.token),
    tls: {
      authority: await pemOf(cluster, 'certificate-authority', folder),
      certificate: await pemOf(user, 'client-certificate', folder),
      key: await pemOf(user, 'client-key', folder),
    },
  };
}

/** In the file itself, or in one that it names. */
async function pemOf(fields: JsonObject, field: string, folder: string): Promise<string | undefined> {
  const data = asText(fields[`${field}-data`]);
  if (data !== '') return Buffer.from(data, 'base64').toString();
  const path = asText(fields[field]);
  return path === '' ? undefined : readFile(resolve(folder, path), 'utf8');
}
