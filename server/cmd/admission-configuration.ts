/** --admission-control-config-file: settings of admission plugins, in the file itself or in files that it names. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { asObject, asObjects, asText, isSet } from '../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../apimachinery/json.ts';

const flag = '--admission-control-config-file';

/** By the name of the plugin. @throws Error that names the file and what is wrong with it */
export async function readAdmissionConfiguration(file: string | undefined): Promise<ReadonlyMap<string, JsonObject>> {
  if (file === undefined) return new Map();
  const { kind, apiVersion, plugins } = await readYaml(file);
  if (kind !== 'AdmissionConfiguration' || !asText(apiVersion).startsWith('apiserver.config.k8s.io/')) {
    throw new Error(`${flag} ${file}: expected an AdmissionConfiguration of apiserver.config.k8s.io/v1`);
  }
  const read = asObjects(plugins).map(async ({ name, path, configuration }) => {
    if (isSet(configuration)) return [asText(name), asObject(configuration)] as const;
    const other = asText(path);
    return [asText(name), other === '' ? {} : await readYaml(resolve(dirname(file), other))] as const;
  });
  return new Map(await Promise.all(read));
}

async function readYaml(file: string): Promise<JsonObject> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${flag}: ${file} cannot be read: ${reason}`, { cause: error });
  }
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`${flag}: ${file}: ${problem.message.split('\n')[0] ?? ''}`);
  const value = document.toJS() as JsonValue | undefined;
  if (isJsonObject(value)) return value;
  throw new Error(`${flag}: ${file}: expected a mapping`);
}
