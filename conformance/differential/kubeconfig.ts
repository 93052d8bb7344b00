/** Reads what a client needs from a kubeconfig: the current context's server and credentials. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';

export interface ServerAccess {
  /** For example "https://127.0.0.1:6443", without a slash at the end. */
  readonly url: string;
  readonly token?: string;
  /** PEM. */
  readonly certificate?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly insecure: boolean;
}

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user?: string } }[];
  readonly clusters?: readonly { name: string; cluster: Fields }[];
  readonly users?: readonly { name: string; user: Fields }[];
}
type Fields = Readonly<Record<string, string | boolean | undefined>>;

export function readKubeconfig(file: string): ServerAccess {
  const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const context = config.contexts?.find(({ name }) => name === config['current-context'])?.context;
  const cluster = config.clusters?.find(({ name }) => name === context?.cluster)?.cluster;
  if (context === undefined || cluster === undefined) throw new Error(`${file} has no current context with a cluster`);
  const user = config.users?.find(({ name }) => name === context.user)?.user ?? {};
  const pem = (fields: Fields, field: string) => readPem(fields, field, dirname(file));
  return {
    url: String(cluster.server).replace(/\/$/, ''),
    token: typeof user.token === 'string' ? user.token : undefined,
    certificate: pem(user, 'client-certificate'),
    key: pem(user, 'client-key'),
    ca: pem(cluster, 'certificate-authority'),
    insecure: cluster['insecure-skip-tls-verify'] === true,
  };
}

/** Either a file, relative to the kubeconfig, or base64 in the field with "-data". */
function readPem(fields: Fields, field: string, directory: string): string | undefined {
  const data = fields[`${field}-data`];
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8');
  const path = fields[field];
  return typeof path === 'string' ? readFileSync(resolve(directory, path), 'utf8') : undefined;
}
