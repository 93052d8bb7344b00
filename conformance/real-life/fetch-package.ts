/** Brings a package from the registry, once: later runs find it in the cache folder. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type { OperatorPackage } from './packages.ts';

/** As Go finds it too. */
const registry = process.env.GOPROXY?.split(/[,|]/).find((one) => one.startsWith('http')) ?? 'https://proxy.golang.org';
const cache = process.env.PORTICO_REAL_LIFE_CACHE ?? path.join(homedir(), '.cache', 'portico', 'real-life');
/** Milliseconds; the largest package has 58 MB. */
const TIMEOUT_MS = 300_000;

/** YAML files by their path inside the package. @throws Error where the registry cannot be reached, or serves something else */
export async function yamlFilesOf(its: OperatorPackage): Promise<ReadonlyMap<string, string>> {
  const archive = await archiveOf(its);
  const root = `${its.module}@${its.version}/`;
  const files = unzipSync(archive, { filter: ({ name }) => /\.ya?ml$/.test(name) });
  return new Map(
    Object.entries(files).map(([name, bytes]) => [name.slice(root.length), Buffer.from(bytes).toString('utf8')]),
  );
}

async function archiveOf(its: OperatorPackage): Promise<Buffer> {
  const file = path.join(cache, `${its.sha256}.zip`);
  const cached = await readFile(file).catch(() => undefined);
  if (cached !== undefined && isWhole(cached, its)) return cached;
  const url = `${registry}/${escaped(its.module)}/@v/${its.version}.zip`;
  console.error(`fetching ${url}`);
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (!isWhole(bytes, its)) throw new Error(`${url}: not the package that is meant (its SHA-256 is another one)`);
  await mkdir(cache, { recursive: true });
  // Moved into place whole, so that nobody reads a half of it.
  const part = `${file}.${process.pid}`;
  await writeFile(part, bytes);
  await rename(part, file);
  return bytes;
}

function isWhole(bytes: Buffer, { sha256 }: OperatorPackage): boolean {
  return createHash('sha256').update(bytes).digest('hex') === sha256;
}

/** The registry is for file systems that do not tell case: capitals are small letters after a mark. */
function escaped(module: string): string {
  return module.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
