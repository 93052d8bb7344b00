/**
 * Images as folders of the machine: `rootfs/` is what an image brings, `config.json` what it says, in the form of an OCI image's
 * configuration. What is not brought is the machine's own, unless the image is a system of its own.
 */
import { lstat, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeError } from '../errors.ts';
import { fullName } from '../node-images.ts';

export interface ImageContent {
  /** Undefined: the machine's system, and nothing else. */
  readonly root: string | undefined;
  /** It is a system of its own: it says of which release it is. */
  readonly isWhole: boolean;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly workingDirectory: string;
  /** "1000", "1000:1000", a name; empty: root. */
  readonly user: string;
}

const NOTHING: ImageContent = {
  root: undefined,
  isWhole: false,
  entrypoint: [],
  command: [],
  env: [],
  workingDirectory: '',
  user: '',
};

/**
 * Looked for under its whole name ("registry.example.com/team/app:1"), then without its tag, then as it was written.
 * @param folder undefined: there are none
 * @throws RuntimeError for a configuration that cannot be read
 */
export async function imageContent(folder: string | undefined, image: string): Promise<ImageContent> {
  if (folder === undefined || image.split('/').includes('..')) return NOTHING;
  const whole = fullName(image);
  const names = [whole, withoutTag(whole), image, withoutTag(image)];
  for (const name of names) {
    const place = join(folder, name);
    const text = await readFile(join(place, 'config.json'), 'utf8').catch(() => undefined);
    const root = join(place, 'rootfs');
    const hasRoot = await isFolder(root);
    if (text === undefined && !hasRoot) continue;
    const said = text === undefined ? NOTHING : configured(text, place);
    return hasRoot ? { ...said, root, isWhole: await isSystem(root) } : said;
  }
  return NOTHING;
}

function withoutTag(name: string): string {
  return name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

async function isSystem(root: string): Promise<boolean> {
  const names = await Promise.all(
    ['etc', 'usr/lib'].map((folder) => lstat(join(root, folder, 'os-release')).catch(() => undefined)),
  );
  return names.some((found) => found !== undefined);
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function configured(text: string, place: string): ImageContent {
  let config: unknown;
  try {
    config = (JSON.parse(text) as { readonly config?: unknown }).config;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RuntimeError(
      `the image in ${place} has a config.json that cannot be read: ${why}`,
      'CreateContainerError',
    );
  }
  const { Entrypoint, Cmd, Env, WorkingDir, User } = (config ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ...NOTHING,
    entrypoint: textsOf(Entrypoint),
    command: textsOf(Cmd),
    env: textsOf(Env).map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? ([pair, ''] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const);
    }),
    workingDirectory: typeof WorkingDir === 'string' ? WorkingDir : '',
    user: typeof User === 'string' ? User : '',
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
