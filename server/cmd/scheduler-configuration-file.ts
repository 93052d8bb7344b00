/** --config of portico scheduler, --scheduler-config of portico up. */
import { readFileSync } from 'node:fs';
import { loadFacts } from '../../openapi/facts.ts';
import type { SchedulerConfiguration } from '../scheduler/configuration/scheduler-configuration.ts';
import { readFlagFile } from './flag-file.ts';

/** Undefined: no file is named. @throws Error that names flag and file, with upstream's words */
export async function readSchedulerConfigurationFile(
  flag: string,
  file: string | undefined,
): Promise<SchedulerConfiguration | undefined> {
  if (file === undefined) return undefined;
  const text = await readFlagFile(flag, file);
  // Who has no such file loads none of it.
  const { readSchedulerConfiguration } = await import('../scheduler/configuration/scheduler-configuration.ts');
  try {
    return readSchedulerConfiguration(text, {
      api: loadFacts(),
      readFile: (path) => readFileSync(path, 'utf8'),
    });
  } catch (error) {
    throw new Error(`--${flag} ${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
