/** What controllers are told of the cluster that its API does not say. */
export interface ClusterSettings {
  /** PEM: whom pods believe to be the API server; undefined: nobody publishes it. */
  readonly rootCertificates: string | undefined;
}
