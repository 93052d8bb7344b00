/** The KMS v2 service of a plugin, over gRPC on its unix socket. */
import { Client, credentials } from '@grpc/grpc-js';
import type { Clock } from '../../../../apimachinery/clock/clock.ts';
import {
  decodeDecryptResponse,
  decodeEncryptResponse,
  decodeStatusResponse,
  encodeDecryptRequest,
  encodeEncryptRequest,
  type EncryptedObject,
  type EncryptResponse,
  type StatusResponse,
} from './messages.ts';

export interface KmsService {
  /** @throws Error each, where there is no answer in time or none that can be read */
  status(): Promise<StatusResponse>;
  encrypt(plaintext: Uint8Array, uid: string): Promise<EncryptResponse>;
  decrypt(object: Omit<EncryptedObject, 'encryptedData' | 'dekSourceType'>, uid: string): Promise<Uint8Array>;
  close(): void;
}

export interface KmsClientOptions {
  /** unix:///run/plugin.sock */
  readonly endpoint: string;
  /** Milliseconds that a call may take. */
  readonly timeout: number;
  readonly clock: Clock;
}

const empty = Buffer.alloc(0);

export function newKmsClient({ endpoint, timeout, clock }: KmsClientOptions): KmsService {
  const client = new Client(endpoint, credentials.createInsecure(), { 'grpc.default_authority': 'localhost' });
  const call = <T>(method: string, request: Buffer, read: (bytes: Uint8Array) => T): Promise<T> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        `/v2.KeyManagementService/${method}`,
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => read(bytes),
        request,
        { deadline: new Date(clock.now() + timeout) },
        (error, answer) => {
          if (error !== null) reject(error);
          else if (answer === undefined) reject(new Error(`${method}: no answer`));
          else resolve(answer);
        },
      );
    });
  return {
    status: () => call('Status', empty, decodeStatusResponse),
    encrypt: (plaintext, uid) => call('Encrypt', encodeEncryptRequest(plaintext, uid), decodeEncryptResponse),
    decrypt: (object, uid) => call('Decrypt', encodeDecryptRequest(object, uid), decodeDecryptResponse),
    close: () => client.close(),
  };
}
