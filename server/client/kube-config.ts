/** A kubeconfig's current context: where the server is, and the credential to show it. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';

export interface KubeConfig {
  /** https://host:port, perhaps with a path. */
  readonly server: string;
  /** PEM; undefined: the system's. */
  readonly authority: string | undefined;
  readonly serverName: string | undefined;
  readonly skipsVerification: boolean;
  /** PEM, both or neither. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
  /** Read again from time to time: bound tokens are replaced there. */
  readonly tokenFile: string | undefined;
}

type Section = Readonly<Record<string, unknown>>;

export async function readKubeConfig(file: string, options: { context?: string } = {}): Promise<KubeConfig> {
  try {
    return await parseKubeConfig(await readFile(file, 'utf8'), { ...options, folder: dirname(file) });
  } catch (error) {
    throw new Error(`kubeconfig ${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Files that it names are read now. @throws Error that says what is missing */
export async function parseKubeConfig(
  text: string,
  { context, folder = '.' }: { context?: string; folder?: string } = {},
): Promise<KubeConfig> {
  const config = sectionOf(parse(text));
  const chosen = named(config, 'contexts', context ?? textOf(config['current-context']) ?? '').context;
  const { cluster: clusterName, user: userName } = sectionOf(chosen);
  const cluster = sectionOf(named(config, 'clusters', textOf(clusterName) ?? '').cluster);
  const user = userName === undefined ? {} : sectionOf(named(config, 'users', textOf(userName) ?? '').user);
  const server = textOf(cluster.server);
  if (server === undefined) throw new Error('the cluster has no server');
  const pem = (section: Section, name: string) => dataOrFile(section, name, folder);
  const tokenFile = textOf(user.tokenFile);
  return {
    server,
    authority: await pem(cluster, 'certificate-authority'),
    serverName: textOf(cluster['tls-server-name']),
    skipsVerification: cluster['insecure-skip-tls-verify'] === true,
    certificate: await pem(user, 'client-certificate'),
    key: await pem(user, 'client-key'),
    token: textOf(user.token),
    tokenFile: tokenFile === undefined ? undefined : resolve(folder, tokenFile),
  };
}

async function dataOrFile(section: Section, name: string, folder: string): Promise<string | undefined> {
  const data = textOf(section[`${name}-data`]);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const file = textOf(section[name]);
  return file === undefined ? undefined : readFile(resolve(folder, file), 'utf8');
}

function named(config: Section, list: string, name: string): Section {
  const entries = Array.isArray(config[list]) ? config[list].map(sectionOf) : [];
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`no ${JSON.stringify(name)} in ${list}`);
  return found;
}

function sectionOf(value: unknown): Section {
  return typeof value === 'object' && value !== null ? (value as Section) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
