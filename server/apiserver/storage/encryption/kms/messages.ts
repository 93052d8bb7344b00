/** The few protobuf messages of KMS v2 and of what it encrypts: fields of bytes and texts, a map, a number. */
import { ProtoReader } from '../../../../apimachinery/schema/protobuf/proto-reader.ts';

type Annotations = ReadonlyMap<string, Uint8Array>;

export interface EncryptedObject {
  readonly encryptedData: Uint8Array;
  readonly keyId: string;
  readonly encryptedDekSource: Uint8Array;
  readonly annotations: Annotations;
  /** 0: an AES-GCM key; 1: a seed of such keys. */
  readonly dekSourceType: number;
}

export interface StatusResponse {
  readonly version: string;
  readonly healthz: string;
  readonly keyId: string;
}

export interface EncryptResponse {
  readonly ciphertext: Uint8Array;
  readonly keyId: string;
  readonly annotations: Annotations;
}

export function encodeEncryptedObject(object: EncryptedObject): Buffer {
  return Buffer.concat([
    bytesField(1, object.encryptedData),
    bytesField(2, Buffer.from(object.keyId)),
    bytesField(3, object.encryptedDekSource),
    mapField(4, object.annotations),
    object.dekSourceType === 0 ? empty : Buffer.from([...varint(5 << 3), ...varint(object.dekSourceType)]),
  ]);
}

/** @throws Error where the bytes are no such message */
export function decodeEncryptedObject(bytes: Uint8Array): EncryptedObject {
  const fields = new Fields(bytes);
  return {
    encryptedData: fields.bytes(1),
    keyId: fields.text(2),
    encryptedDekSource: fields.bytes(3),
    annotations: fields.map(4),
    dekSourceType: fields.number(5),
  };
}

export function encodeEncryptRequest(plaintext: Uint8Array, uid: string): Buffer {
  return Buffer.concat([bytesField(1, plaintext), bytesField(2, Buffer.from(uid))]);
}

export function encodeDecryptRequest(
  { encryptedDekSource, keyId, annotations }: Omit<EncryptedObject, 'encryptedData' | 'dekSourceType'>,
  uid: string,
): Buffer {
  return Buffer.concat([
    bytesField(1, encryptedDekSource),
    bytesField(2, Buffer.from(uid)),
    bytesField(3, Buffer.from(keyId)),
    mapField(4, annotations),
  ]);
}

export function decodeStatusResponse(bytes: Uint8Array): StatusResponse {
  const fields = new Fields(bytes);
  return { version: fields.text(1), healthz: fields.text(2), keyId: fields.text(3) };
}

export function decodeEncryptResponse(bytes: Uint8Array): EncryptResponse {
  const fields = new Fields(bytes);
  return { ciphertext: fields.bytes(1), keyId: fields.text(2), annotations: fields.map(3) };
}

export function decodeDecryptResponse(bytes: Uint8Array): Uint8Array {
  return new Fields(bytes).bytes(1);
}

const empty = Buffer.alloc(0);

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  return [...out, rest];
}

function bytesField(number: number, bytes: Uint8Array): Buffer {
  if (bytes.length === 0) return empty;
  return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes]);
}

function mapField(number: number, map: Annotations): Buffer {
  const entries = [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat(
    entries.map(([key, value]) => {
      const entry = Buffer.concat([bytesField(1, Buffer.from(key)), bytesField(2, value)]);
      return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(entry.length)]), entry]);
    }),
  );
}

/** What a message has, by number; what it does not have is empty. */
class Fields {
  readonly #values = new Map<number, Uint8Array[]>();
  readonly #numbers = new Map<number, number>();

  constructor(bytes: Uint8Array) {
    const reader = new ProtoReader(bytes);
    const end = bytes.length;
    while (reader.at < end) {
      const { number, wireType } = reader.tag(end, 'message');
      if (wireType === 2) this.#values.set(number, [...(this.#values.get(number) ?? []), reader.slice(end)]);
      else if (wireType === 0) this.#numbers.set(number, reader.varint(end));
      else reader.skip(wireType, end);
    }
  }

  bytes(number: number): Uint8Array {
    return this.#values.get(number)?.at(-1) ?? empty;
  }

  text(number: number): string {
    return Buffer.from(this.bytes(number)).toString();
  }

  number(number: number): number {
    return this.#numbers.get(number) ?? 0;
  }

  map(number: number): Annotations {
    const entries = (this.#values.get(number) ?? []).map((entry) => new Fields(entry));
    return new Map(entries.map((entry) => [entry.text(1), entry.bytes(2)]));
  }
}
