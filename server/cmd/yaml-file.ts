/** YAML documents that flags name. */
import { parseDocument } from 'yaml';
import { isJsonObject, type JsonObject } from '../apimachinery/json.ts';
import { readFlagFile } from './flag-file.ts';

/** @param where what a message begins with. @throws Error that says what is wrong */
export function parseYamlMapping(text: string, where: string): JsonObject {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`${where}: ${problem.message.split('\n')[0] ?? ''}`);
  const value: unknown = document.toJS();
  if (isJsonObject(value)) return value;
  throw new Error(`${where}: expected a mapping`);
}

/** @throws Error that names the flag and the file */
export async function readYamlFile(flag: string, file: string): Promise<JsonObject> {
  return parseYamlMapping(await readFlagFile(flag, file), `--${flag} ${file}`);
}
