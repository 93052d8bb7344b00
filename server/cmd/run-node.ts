/** `portico node`: kubelets in a process of their own, with a server that any API server reaches. */
import { readFile } from 'node:fs/promises';
import { readKubeConfig } from '../client/kube-config.ts';
import { openRuntime } from './backends.ts';
import type { NodeFlags } from './component-flags.ts';
import { servingCertificate } from './component-server.ts';
import { joinCluster } from './node-bootstrap.ts';
import { nodeNames, runNodes } from './nodes.ts';
import { seenAddress } from './own-address.ts';
import { runWith } from './run-component.ts';

export async function runNode(flags: NodeFlags): Promise<void> {
  const { nodes, hostnameOverride, simulationSeed: seed, nodeRuntime: name, clientCaFile, port } = flags;
  const names = hostnameOverride === undefined ? nodeNames(nodes) : [hostnameOverride];
  const { bootstrapKubeconfig, kubeconfig } = flags;
  if (bootstrapKubeconfig !== undefined) {
    const [node = '', ...others] = names;
    if (others.length > 0) throw new Error('--bootstrap-kubeconfig is for one node, whose name its certificate bears');
    await joinCluster({ node, kubeconfig, bootstrapKubeconfig, say: (text) => process.stdout.write(`${text}\n`) });
  }
  const { server, authority = '' } = await readKubeConfig(flags.kubeconfig);
  const clientAuthority = clientCaFile === undefined ? authority : await readFile(clientCaFile, 'utf8');
  const nodeIp = flags.nodeIp ?? addressBeside(server);
  const tls = { ...(await servingCertificate(flags, ['localhost', nodeIp])), clientAuthority };
  await runWith('kubelet', flags, async ({ client, signal, onError }) =>
    runNodes({
      client,
      serving: { tls, bindAddress: nodeIp, port, sharesPort: false },
      nodeIp,
      names,
      runtime: await openRuntime({ name, seed, images: flags.processImages, podBlock: flags.processPodCidr, onError }),
      services: { client, apiServer: placeOf(server) },
      signal,
      onError,
    }),
  );
}

function placeOf(server: string): { readonly address: string; readonly port: number } {
  const { hostname, port } = new URL(server);
  return { address: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
}

/** An API server on this machine alone reaches what listens on this machine alone; another one, an address that others see. */
function addressBeside(server: string): string {
  const { hostname } = new URL(server);
  if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return '127.0.0.1';
  const seen = seenAddress();
  if (seen === undefined) throw new Error('--node-ip is needed: this machine has no address that others see');
  return seen;
}
