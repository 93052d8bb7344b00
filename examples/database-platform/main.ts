/** A control plane whose API is databases: `node examples/database-platform/main.ts [folder] [port]`, then kubectl with the kubeconfig that it names. */
import { startPortico } from '../../server/cmd/library.ts';
import { databaseController } from './database-controller.ts';
import { databases } from './database.ts';

const platform = await startPortico({
  dataDirectory: process.argv[2] ?? './database-platform',
  securePort: Number(process.argv[3] ?? 6443),
  resources: [databases],
  ownControllers: [databaseController],
});
process.once('SIGINT', () => void platform.stop());
process.once('SIGTERM', () => void platform.stop());
console.log(`export KUBECONFIG=${platform.kubeConfigPath}`);
console.log('kubectl explain databases.spec');
