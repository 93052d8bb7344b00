/** --tls-min-version and --tls-cipher-suites: Go's names, as OpenSSL knows them. */
import type { TlsSettings } from '../apiserver/serving/secure-server.ts';
import { type PorticoOptions, splitList } from './options.ts';

const versions = new Map<string, TlsSettings['minVersion']>([
  ['VersionTLS12', 'TLSv1.2'],
  ['VersionTLS13', 'TLSv1.3'],
]);

/** Suites of TLS 1.2; those of 1.3 are always on. Source: Go's list without the insecure ones. */
const suites = new Map([
  ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', 'ECDHE-ECDSA-AES128-SHA'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', 'ECDHE-ECDSA-AES256-SHA'],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'ECDHE-RSA-AES128-SHA'],
  ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 'ECDHE-RSA-AES256-SHA'],
]);
const always = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** @throws Error that names the flag and what it may be */
export function tlsSettings({ tlsMinVersion = 'VersionTLS12', tlsCipherSuites }: PorticoOptions): TlsSettings {
  const minVersion = versions.get(tlsMinVersion);
  if (minVersion === undefined) {
    throw new Error(`--tls-min-version ${tlsMinVersion}: expected ${[...versions.keys()].join(' or ')}`);
  }
  const chosen = splitList(tlsCipherSuites);
  const unknown = chosen.find((name) => !suites.has(name) && !always.includes(name));
  if (unknown !== undefined) {
    throw new Error(`--tls-cipher-suites ${unknown}: expected of ${[...suites.keys(), ...always].join(', ')}`);
  }
  if (chosen.length === 0) return { minVersion };
  return { minVersion, ciphers: [...always, ...chosen.flatMap((name) => suites.get(name) ?? [])].join(':') };
}
