/** Whose client certificates count, and for what: told apart by the authority at the end of a certificate's chain. */
import { X509Certificate } from 'node:crypto';

/** PEM, each with any number of certificates. */
export interface AuthorityBundles {
  /** Their certificates name users. */
  readonly clients: string;
  /** Their certificates are those of proxies, which name users in headers; '': there are none. */
  readonly frontProxies: string;
}

/** Replaced as a whole when files change; what is asked of it is asked for each request. */
export class TrustedAuthorities {
  #clients: ReadonlySet<string> = new Set();
  #frontProxies: ReadonlySet<string> = new Set();

  constructor(bundles: AuthorityBundles) {
    this.replace(bundles);
  }

  /** @throws Error for a text that is no certificate */
  replace({ clients, frontProxies }: AuthorityBundles): void {
    const [newClients, newProxies] = [fingerprintsOf(clients), fingerprintsOf(frontProxies)];
    this.#clients = newClients;
    this.#frontProxies = newProxies;
  }

  get hasFrontProxies(): boolean {
    return this.#frontProxies.size > 0;
  }

  /** By the SHA-256 fingerprints of a certificate's chain, as Node writes them. */
  isClient(chain: readonly string[]): boolean {
    return chain.some((fingerprint) => this.#clients.has(fingerprint));
  }

  isFrontProxy(chain: readonly string[]): boolean {
    return chain.some((fingerprint) => this.#frontProxies.has(fingerprint));
  }
}

function fingerprintsOf(pem: string): ReadonlySet<string> {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return new Set(blocks.map((block) => new X509Certificate(block).fingerprint256));
}
