/** The portico command: turns on Node's compile cache before anything else is loaded, so that the next start is quick. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runCommandLine } = await import('./command-line.ts');
await runCommandLine(process.argv);
