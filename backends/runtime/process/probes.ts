/** Probes of processes: real requests to where they listen. */
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import type { Probe, ProbeOutcome } from '../interface.ts';

type NetworkProbe = Exclude<Probe, { readonly type: 'exec' }>;

export interface NetworkProbeParts {
  /** Of the pod. */
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Never throws. */
export async function probeNetwork(probe: NetworkProbe, parts: NetworkProbeParts): Promise<ProbeOutcome> {
  const { host, signal } = parts;
  try {
    switch (probe.type) {
      case 'tcpSocket':
        await reach(probe.host || host, probe.port, signal);
        return { success: true, output: '' };
      case 'httpGet':
        return await ask(probe, host, signal);
      case 'grpc':
        return await (await import('./grpc-health.ts')).askHealth(probe, parts);
    }
  } catch (error) {
    return { success: false, output: error instanceof Error ? error.message : String(error) };
  }
}

function reach(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          `dial tcp ${host}:${port}: ${error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message}`,
        ),
      ),
    );
  });
}

function ask(
  { scheme, host: given, port, path, headers, kind }: Extract<Probe, { readonly type: 'httpGet' }>,
  own: string,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const host = given || own;
  const isSecure = scheme.toLowerCase() === 'https';
  const options = {
    host,
    port,
    path: path || '/',
    headers: { 'user-agent': 'kube-probe/1.36', ...Object.fromEntries(headers) },
    signal,
    agent: false,
    // As upstream: a probe asks whether it answers, not who it is.
    rejectUnauthorized: false,
  } as const;
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsGet : httpGet)(options, (answer) => {
      answer.resume();
      const code = answer.statusCode ?? 0;
      resolve(
        kind === 'hook' || (code >= 200 && code < 400)
          ? { success: true, output: '' }
          : { success: false, output: `HTTP probe failed with statuscode: ${code}` },
      );
    });
    request.once('error', (error) =>
      reject(new Error(`Get "${isSecure ? 'https' : 'http'}://${host}:${port}${path || '/'}": ${error.message}`)),
    );
  });
}
