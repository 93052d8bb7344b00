/** PKCS#10 certificate requests: as much of their ASN.1 as it takes to find the key and check the signature made with it. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';

const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
const OBJECT_IDENTIFIER = 0x06;
const SET = 0x31;
const LONG_FORM = 0x80;
const MAX_LENGTH_OCTETS = 4;

export class CertificateRequestError extends Error {
  override name = 'CertificateRequestError';
}

/** Object identifiers (2.5.4.3, 2.5.4.10), in the hex of their DER content. */
const subjectAttributes = { commonName: '550403', organization: '55040a' } as const;

export interface CertificateRequest {
  readonly publicKey: KeyObject;
  /** Values of an attribute of the subject: what will be name and groups of a user. */
  readonly subject: (attribute: keyof typeof subjectAttributes) => string[];
  /** Why the signature does not hold, in Go's words; undefined if it does. */
  readonly signatureProblem: () => string | undefined;
}

interface Element {
  readonly tag: number;
  /** Header included. */
  readonly bytes: Buffer;
  readonly content: Buffer;
}

interface SignatureAlgorithm {
  /** Unset: the key's own, as Ed25519 has it. */
  readonly digest?: string;
  readonly failure: string;
}

const rsaFailure = 'crypto/rsa: verification error';
const ecdsaFailure = 'x509: ECDSA verification failure';

/** By object identifier, in the hex of its DER content. */
const algorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['2a864886f70d01010b', { digest: 'sha256', failure: rsaFailure }],
  ['2a864886f70d01010c', { digest: 'sha384', failure: rsaFailure }],
  ['2a864886f70d01010d', { digest: 'sha512', failure: rsaFailure }],
  ['2a8648ce3d040302', { digest: 'sha256', failure: ecdsaFailure }],
  ['2a8648ce3d040303', { digest: 'sha384', failure: ecdsaFailure }],
  ['2a8648ce3d040304', { digest: 'sha512', failure: ecdsaFailure }],
  ['2b6570', { failure: 'x509: Ed25519 verification failure' }],
]);
const insecure: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d010104', 'MD5-RSA'],
  ['2a864886f70d010105', 'SHA1-RSA'],
  ['2a8648ce3d0401', 'ECDSA-SHA1'],
]);

/** Throws CertificateRequestError. */
export function parseCertificateRequest(der: Buffer): CertificateRequest {
  const [outer, trailing] = readElement(der);
  if (trailing.length > 0) throw new CertificateRequestError('asn1: syntax error: trailing data');
  const [info, algorithm, signature] = childrenOf(outer, SEQUENCE);
  if (info === undefined || algorithm === undefined || signature?.tag !== BIT_STRING) throw truncated();
  const [, subject, subjectPublicKey] = childrenOf(info, SEQUENCE);
  const [identifier] = childrenOf(algorithm, SEQUENCE);
  if (subject === undefined || subjectPublicKey === undefined || identifier?.tag !== OBJECT_IDENTIFIER)
    throw truncated();
  const publicKey = readKey(subjectPublicKey.bytes);
  return {
    publicKey,
    subject: (attribute) => valuesOf(subject, subjectAttributes[attribute]),
    signatureProblem: () => problemOf(identifier, signature, info, publicKey),
  };
}

function valuesOf(subject: Element, identifier: string): string[] {
  const attributes = childrenOf(subject, SEQUENCE).flatMap((set) => childrenOf(set, SET));
  return attributes.flatMap((attribute) => {
    const [type, value] = childrenOf(attribute, SEQUENCE);
    return type?.content.toString('hex') === identifier && value !== undefined ? [value.content.toString()] : [];
  });
}

function problemOf(identifier: Element, signature: Element, info: Element, key: KeyObject): string | undefined {
  const oid = identifier.content.toString('hex');
  const weak = insecure.get(oid);
  if (weak !== undefined) return `x509: cannot verify signature: insecure algorithm ${weak}`;
  const algorithm = algorithms.get(oid);
  if (algorithm === undefined) return 'x509: cannot verify signature: algorithm unimplemented';
  try {
    // The first octet of a bit string counts its unused bits: none here.
    const holds = verify(algorithm.digest ?? null, info.bytes, key, signature.content.subarray(1));
    return holds ? undefined : algorithm.failure;
  } catch {
    return algorithm.failure;
  }
}

function readKey(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    throw new CertificateRequestError('x509: unknown public key algorithm');
  }
}

function childrenOf(element: Element, tag: number): Element[] {
  if (element.tag !== tag) {
    throw new CertificateRequestError("asn1: structure error: tags don't match");
  }
  const children: Element[] = [];
  for (let rest = element.content; rest.length > 0; ) {
    const [child, after] = readElement(rest);
    children.push(child);
    rest = after;
  }
  return children;
}

/** The first element, and what follows it. */
function readElement(bytes: Buffer): readonly [Element, Buffer] {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) throw truncated();
  let start = 2;
  let length = first;
  if (first >= LONG_FORM) {
    const octets = first - LONG_FORM;
    if (octets === 0 || octets > MAX_LENGTH_OCTETS || bytes.length < start + octets) throw truncated();
    length = bytes.readUIntBE(start, octets);
    start += octets;
  }
  const end = start + length;
  if (bytes.length < end) throw truncated();
  return [{ tag, bytes: bytes.subarray(0, end), content: bytes.subarray(start, end) }, bytes.subarray(end)];
}

function truncated(): CertificateRequestError {
  return new CertificateRequestError('asn1: syntax error: data truncated');
}
