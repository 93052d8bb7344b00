/** Keys of service account tokens: those that flags name, or one of our own, made once and kept with the certificates. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  readSigningKey,
  readVerifyingKeys,
  type VerifyingKey,
} from '../apiserver/authentication/service-account/signing-keys.ts';
import { readFlagFile } from './flag-file.ts';
import { type PorticoOptions, splitList } from './options.ts';

export interface ServiceAccountKeys {
  readonly signing: VerifyingKey;
  /** Those that tokens may be signed with, the signing one among them. */
  readonly verifying: readonly VerifyingKey[];
}

/** `folder` keeps our own key with mode 0600; unset: in memory only. @throws Error that names the flag and what is wrong */
export async function loadServiceAccountKeys(
  options: PorticoOptions,
  folder: string | undefined,
): Promise<ServiceAccountKeys> {
  const { serviceAccountSigningKeyFile: file } = options;
  const pem = file === undefined ? await ownKey(folder) : await readFlagFile('service-account-signing-key-file', file);
  const signing = parsed('service-account-signing-key-file', file ?? 'sa.key', () => readSigningKey(pem));
  const own = parsed('service-account-signing-key-file', file ?? 'sa.key', () => readVerifyingKeys(pem));
  const given = await Promise.all(
    splitList(options.serviceAccountKeyFile).map(async (path) => {
      const text = await readFlagFile('service-account-key-file', path);
      return parsed('service-account-key-file', path, () => readVerifyingKeys(text));
    }),
  );
  const byId = new Map([...own, ...given.flat()].map((key) => [key.id, key]));
  return { signing, verifying: [...byId.values()] };
}

function parsed<T>(flag: string, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--${flag} ${file} holds no key for tokens: ${why}`, { cause: error });
  }
}

/** Controllers of upstream's take the same file as --service-account-private-key-file. */
async function ownKey(folder: string | undefined): Promise<string> {
  const path = folder === undefined ? undefined : join(folder, 'sa.key');
  if (path !== undefined && existsSync(path)) return readFile(path, 'utf8');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  if (folder === undefined || path === undefined) return pem;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }), { mode: 0o644 });
  await writeFile(path, pem, { mode: 0o600 });
  return pem;
}
