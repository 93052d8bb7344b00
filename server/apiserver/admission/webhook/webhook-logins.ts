/** How this server logs in to webhooks: by the users of a kubeconfig, which are named after the servers that they are for. */
import { readFileSync } from 'node:fs';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { WebhookTarget } from '../../remote/webhook-client.ts';

export interface WebhookLogin {
  readonly headers: Readonly<Record<string, string>>;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** Undefined: nobody has to log in there. */
export type WebhookLogins = (target: WebhookTarget) => WebhookLogin | undefined;

/** @param configuration of the plugin: `users` by name, as `loginOf` reads them, and `user` for who is not named */
export function webhookLogins(configuration: JsonObject | undefined): WebhookLogins {
  const { users, user } = asObject(configuration);
  const byName = new Map(Object.entries(asObject(users)));
  if (byName.size === 0) return () => undefined;
  return ({ url }) => {
    const found = namesFor(new URL(url)).find((name) => byName.has(name)) ?? asText(user);
    const login = byName.get(found);
    return login === undefined ? undefined : loginOf(asObject(login));
  };
}

/** From the narrowest to the widest. */
function namesFor({ hostname, port }: URL): string[] {
  const withPort = narrowing(`${hostname}:${port === '' ? '443' : port}`);
  return port === '' || port === '443' ? [...withPort, ...narrowing(hostname), '*'] : [...withPort, '*'];
}

/** "a.b.c", "*.b.c", "*.c" */
function narrowing(host: string): string[] {
  const parts = host.split('.');
  return [host, ...parts.slice(1).map((_, index) => `*.${parts.slice(index + 1).join('.')}`)];
}

/** A token in a file is read for each call: it may be renewed. */
function loginOf(login: JsonObject): WebhookLogin {
  const [token, tokenFile, username] = [asText(login.token), asText(login.tokenFile), asText(login.username)];
  const bearer = token !== '' || tokenFile === '' ? token : readFileSync(tokenFile, 'utf8').trim();
  const basic = Buffer.from(`${username}:${asText(login.password)}`).toString('base64');
  const authorization = bearer !== '' ? `Bearer ${bearer}` : username !== '' ? `Basic ${basic}` : '';
  const pem = (field: string) => (asText(login[field]) === '' ? undefined : asText(login[field]));
  return {
    headers: authorization === '' ? {} : { authorization },
    certificate: pem('certificate'),
    key: pem('key'),
  };
}
