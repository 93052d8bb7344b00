/** --config: the options of the command line in a YAML file, by their flag names. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { FlagDefinition } from './flag-definition.ts';
import { flagDefinitions, flagKey } from './flags.ts';

export type Flags = Record<string, string | number | boolean | undefined>;

type Parse = FlagDefinition['parse'];

const known = new Map<string, { readonly name: string; readonly parse: Parse }>([
  ...flagDefinitions.flatMap(({ option, flag, parse }) => {
    const entry = { name: flagKey(flag), parse };
    return [flag.replace(/^--/, '').replace(/ .*$/, ''), option].map((key) => [key, entry] as const);
  }),
  ['data-dir', { name: 'dataDir', parse: undefined }],
  ['merge-kubeconfig', { name: 'mergeKubeconfig', parse: undefined }],
  ['quiet', { name: 'quiet', parse: undefined }],
]);

/** Keys are flag names (secure-port) or option names (securePort). @throws Error that names file, key and reason */
export function readConfigFile(file: string): Flags {
  const where = `--config ${file}`;
  const document = parseDocument(readText(file, where));
  if (document.errors[0] !== undefined) throw new Error(`${where}: ${document.errors[0].message.split('\n')[0] ?? ''}`);
  const parsed: unknown = document.toJS() ?? {};
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error(`${where}: expected a mapping of option names to values`);
  }
  const flags: Flags = {};
  for (const [key, value] of Object.entries(parsed) as Array<[string, unknown]>) {
    const option = known.get(key);
    if (option === undefined) throw new Error(`${where}: unknown option ${key} (portico up --help lists them)`);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new Error(`${where}: ${key}: expected a text or a number`);
    }
    try {
      flags[option.name] = option.parse === undefined ? value : option.parse(String(value));
    } catch (error) {
      throw new Error(`${where}: ${key}: ${error instanceof Error ? error.message : String(error)}, got ${value}`, {
        cause: error,
      });
    }
  }
  return flags;
}

function readText(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${where} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
