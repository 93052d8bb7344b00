/** The kubeconfig that Portico writes, and its merge into a user's own. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import type { ClusterPki } from './pki.ts';

export interface KubeConfigParts {
  /** Name of the cluster and context. */
  readonly name: string;
  /** Default: NAME-admin. */
  readonly user?: string;
  readonly server: string;
  /** Undefined: the system's. */
  readonly authority: string | undefined;
  readonly admin: ClusterPki['admin'];
  readonly token: string | undefined;
}

export function renderKubeConfig(parts: KubeConfigParts): string {
  const { name, server, authority, user = `${name}-admin` } = parts;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name,
          cluster: {
            server,
            ...(authority === undefined ? {} : { 'certificate-authority-data': base64(authority) }),
          },
        },
      ],
      users: [
        {
          name: user,
          user: {
            'client-certificate-data': base64(parts.admin.certificate),
            'client-key-data': base64(parts.admin.key),
            ...(parts.token === undefined ? {} : { token: parts.token }),
          },
        },
      ],
      contexts: [{ name, context: { cluster: name, user } }],
      'current-context': name,
    },
    { lineWidth: 0 },
  );
}

/** Readable by its owner alone, and never half written. */
export async function writeKubeConfig(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  await chmod(temporary, 0o600);
  await rename(temporary, path);
}

/** Puts our cluster, user and context into the file and makes the context current; everything else stays, comments too. */
export async function mergeKubeConfig(path: string, ours: string): Promise<void> {
  const existing = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (existing.trim() === '') {
    await writeKubeConfig(path, ours);
    return;
  }
  const into = parseDocument(existing);
  if (into.errors[0] !== undefined || !isMap(into.contents)) {
    throw new Error(
      `${path} is not a kubeconfig that can be merged into: ${into.errors[0]?.message ?? 'not a mapping'}`,
    );
  }
  const from = parseDocument(ours);
  for (const section of ['clusters', 'users', 'contexts']) {
    const entry = from.getIn([section, 0]);
    const list = into.get(section);
    if (!isSeq(list)) {
      into.set(section, [entry]);
      continue;
    }
    const name = from.getIn([section, 0, 'name']);
    const at = list.items.findIndex((item) => isMap(item) && item.get('name') === name);
    if (at >= 0) list.items[at] = entry;
    else list.items.push(entry);
  }
  into.set('current-context', from.get('current-context'));
  await writeKubeConfig(path, into.toString({ lineWidth: 0 }));
}
