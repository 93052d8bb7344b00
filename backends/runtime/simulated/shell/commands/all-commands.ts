/** Every command that the built-in shell knows. */
import type { CommandTable } from '../command.ts';
import { agnhostCommands } from './agnhost-command.ts';
import { fileCommands } from './file-commands.ts';
import { processCommands } from './process-commands.ts';
import { tarCommand } from './tar-command.ts';
import { textCommands } from './text-commands.ts';

export const allCommands: CommandTable = {
  ...textCommands,
  ...fileCommands,
  ...tarCommand,
  ...processCommands,
  ...agnhostCommands,
};
