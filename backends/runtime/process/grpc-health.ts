/** gRPC probes: the health protocol, of which one call with one field each way is needed. Loaded with the first of them. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import type { Probe, ProbeOutcome } from '../interface.ts';

type GrpcProbe = Extract<Probe, { readonly type: 'grpc' }>;

/** Numbers of the protocol. */
const serving = 1;
const names = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Messages: upstream's. Never rejects. */
export function askHealth(
  { port, serviceName, timeoutSeconds }: GrpcProbe,
  { host, now }: { readonly host: string; readonly now: number },
): Promise<ProbeOutcome> {
  const address = `${host}:${port}`;
  const client = new Client(address, credentials.createInsecure(), { 'grpc.primary_user_agent': 'kube-probe/1.36' });
  const deadline = now + timeoutSeconds * 1000;
  return new Promise<ProbeOutcome>((resolve) => {
    const fail = (output: string) => resolve({ success: false, output });
    client.waitForReady(deadline, (late) => {
      if (late !== undefined && late !== null) {
        fail(
          `timeout: failed to connect service ${JSON.stringify(address)} within ${timeoutSeconds}s: context deadline exceeded`,
        );
        return;
      }
      const answered = (error: ServiceError | null, answer: number | undefined) => {
        if (error !== null) fail(complaint(error, timeoutSeconds));
        else if (answer === serving) resolve({ success: true, output: 'service healthy' });
        else fail(`service unhealthy (responded with ${JSON.stringify(names[answer ?? 0] ?? String(answer))})`);
      };
      client.makeUnaryRequest('/grpc.health.v1.Health/Check', encode, decode, serviceName, { deadline }, answered);
    });
  }).finally(() => client.close());
}

function complaint(error: ServiceError, timeoutSeconds: number): string {
  if (error.code === status.UNIMPLEMENTED) {
    return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${error.details}`;
  }
  if (error.code === status.DEADLINE_EXCEEDED) return `timeout: health rpc did not complete within ${timeoutSeconds}s`;
  return `error: health rpc probe failed: rpc error: code = ${status[error.code]} desc = ${error.details}`;
}

/** Field 1, a text. */
function encode(serviceName: string): Buffer {
  const text = Buffer.from(serviceName);
  if (text.length === 0) return text;
  const length: number[] = [];
  for (let rest = text.length; rest > 0 || length.length === 0; rest >>>= 7)
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
  return Buffer.concat([Buffer.from([0x0a, ...length]), text]);
}

/** Field 1, a small number; left out: 0. */
function decode(message: Buffer): number {
  return message[0] === 0x08 ? (message[1] ?? 0) : 0;
}
