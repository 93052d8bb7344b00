/** The seam to whoever holds the cluster's authority: reads what a request asks for and signs it. */

export interface RequestedCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

export interface CertificateSigner {
  /** @param request PEM. @throws Error for what is no request */
  read(request: string): Promise<RequestedCertificate>;
  /** PEM of the certificate, for the request's own names and key. `notAfter` in milliseconds since the epoch; never beyond the authority's end. */
  sign(request: string, options: { readonly usages: readonly string[]; readonly notAfter: number }): Promise<string>;
}
