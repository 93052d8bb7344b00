/** Files that flags name. */
import { readFile } from 'node:fs/promises';

/** @throws Error that names the flag */
export async function readFlagFile(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--${flag} ${file} cannot be read: ${why}`, { cause: error });
  }
}
