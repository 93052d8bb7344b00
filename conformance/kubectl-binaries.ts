/** Finds the kubectl binaries of this machine: KUBECTL, "kubectl" and "kubectl.1.N" on PATH and in the usual folders. */
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const USUAL_FOLDERS = ['/usr/local/bin', '/usr/bin'];
const NAME = /^kubectl(\.1\.\d+)?$/;

export function findOnPath(name: string): string | undefined {
  return foldersOnPath()
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Absolute paths without duplicates. Several of KUBECTL are separated like PATH. */
export function findAllKubectls(): readonly string[] {
  const named = (process.env.KUBECTL ?? '').split(delimiter).filter((path) => path !== '');
  const folders = [...foldersOnPath(), ...USUAL_FOLDERS];
  // A distribution may link only "kubectl" and keep its other versions beside the link's target.
  const targets = [...named, ...folders.map((folder) => join(folder, 'kubectl'))].filter(isExecutable);
  folders.push(...targets.map((path) => dirname(realpathSync(path))));
  const found = folders.flatMap((folder) => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((name) => NAME.test(name)).map((name) => join(folder, name));
  });
  return [...new Set([...named, ...found].filter(isExecutable).map((path) => realpathSync(path)))];
}

function foldersOnPath(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
