/**
 * How a node joins with nothing but a bootstrap credential: it asks for a client certificate of its own, waits until somebody has approved
 * that, and writes the kubeconfig that it acts with from then on.
 */
import { access } from 'node:fs/promises';
import { MessageChannel } from 'node:worker_threads';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { pause } from '../client/backoff.ts';
import { Client } from '../client/client.ts';
import { httpsTransport } from '../client/https-transport.ts';
import { readKubeConfig } from '../client/kube-config.ts';
import { certificateSigningRequests } from '../client/resource-types.ts';
import { loadX509, newKeys, privateKeyPem } from './certificate-authority.ts';
import { renderKubeConfig, writeKubeConfig } from './kubeconfig.ts';
import { porticoVersion } from './version.ts';

export interface JoinOptions {
  readonly node: string;
  /** Written, unless it is there already. */
  readonly kubeconfig: string;
  readonly bootstrapKubeconfig: string;
  readonly say: (text: string) => void;
}

/** Milliseconds between looks for the certificate. */
const interval = 1000;

/** @throws Error that says why there will be no certificate; StatusError, TransportError */
export async function joinCluster({ node, kubeconfig, bootstrapKubeconfig, say }: JoinOptions): Promise<void> {
  const isThere = await access(kubeconfig).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const kubeConfig = await readKubeConfig(bootstrapKubeconfig);
  const connection = new AbortController();
  // Nothing else keeps the process alive between two looks.
  const { port1: alive } = new MessageChannel();
  alive.ref();
  const transport = httpsTransport({ kubeConfig, clock: systemClock, signal: connection.signal });
  const client = new Client({ transport, userAgent: `kubelet/${porticoVersion()}` });
  try {
    const { request, key } = await newRequest(node);
    const { metadata } = await client.of(certificateSigningRequests).create({
      metadata: { generateName: 'node-csr-' },
      spec: {
        signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
        usages: ['digital signature', 'client auth'],
        request,
      },
    });
    const { name = '' } = metadata;
    say(`certificate signing request ${name}: waiting until it is approved (kubectl certificate approve ${name})`);
    const certificate = await issued(client, name, connection.signal);
    const text = renderKubeConfig({
      name: 'default-cluster',
      user: 'default-auth',
      server: kubeConfig.server,
      authority: kubeConfig.authority,
      admin: { certificate, key },
      token: undefined,
    });
    await writeKubeConfig(kubeconfig, text);
  } finally {
    connection.abort();
    alive.close();
  }
}

async function newRequest(node: string): Promise<{ request: string; key: string }> {
  const x509 = await loadX509();
  const keys = await newKeys();
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ O: ['system:nodes'] }, { CN: [`system:node:${node}`] }],
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  const request = Buffer.from(`${made.toString('pem')}\n`).toString('base64');
  return { request, key: await privateKeyPem(keys.privateKey) };
}

async function issued(client: Client, name: string, signal: AbortSignal): Promise<string> {
  while (true) {
    const { status } = await client.of(certificateSigningRequests).get(name);
    if (status?.certificate !== undefined) return Buffer.from(status.certificate, 'base64').toString('utf8');
    const refusal = status?.conditions?.find(({ type }) => type === 'Denied' || type === 'Failed');
    if (refusal !== undefined)
      throw new Error(`certificate signing request ${name}: ${refusal.type}: ${refusal.message ?? ''}`);
    await pause(systemClock, interval, signal);
  }
}
