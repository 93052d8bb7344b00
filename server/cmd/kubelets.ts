/** How kubelets are reached, from the options of a server. */
import type { KubeletEndpoint, KubeletOptions } from '../apiserver/proxy/kubelet-address.ts';
import { readFlagFile } from './flag-file.ts';
import { type PorticoOptions, splitList } from './options.ts';
import type { ClusterPki } from './pki.ts';

/** Of kubelets that do not say theirs. */
const KUBELET_PORT = 10_250;

/** @throws Error that names the flag and says what is wrong with its file */
export async function composeKubelets(
  options: PorticoOptions & { readonly kubeletPreferredAddressTypes: string },
  { pki, own }: { readonly pki: ClusterPki; readonly own: OwnKubelets },
): Promise<KubeletOptions> {
  const {
    kubeletCertificateAuthority: authority,
    kubeletClientCertificate: certificate,
    kubeletClientKey: key,
  } = options;
  if ((certificate === undefined) !== (key === undefined)) {
    throw new Error('--kubelet-client-certificate and --kubelet-client-key go together: give both, or neither');
  }
  const shown =
    certificate === undefined || key === undefined
      ? pki.kubeletClient
      : {
          certificate: await readFlagFile('kubelet-client-certificate', certificate),
          key: await readFlagFile('kubelet-client-key', key),
        };
  return {
    tls: {
      ...shown,
      ...(authority === undefined
        ? { insecure: true }
        : { authority: await readFlagFile('kubelet-certificate-authority', authority) }),
    },
    port: KUBELET_PORT,
    addressTypes: splitList(options.kubeletPreferredAddressTypes),
    local: (node) => own.endpoint(node),
  };
}

/** The kubelets of this process, once they listen. */
export class OwnKubelets {
  readonly #pki: ClusterPki;
  #port = 0;
  #nodes: ReadonlySet<string> = new Set();

  constructor(pki: ClusterPki) {
    this.#pki = pki;
  }

  get serverTls(): { readonly certificate: string; readonly key: string; readonly clientAuthority: string } {
    return { ...this.#pki.kubelet, clientAuthority: this.#pki.authority.certificate };
  }

  listen(nodes: readonly string[], port: number): void {
    this.#nodes = new Set(nodes);
    this.#port = port;
  }

  endpoint(node: string): KubeletEndpoint | undefined {
    if (!this.#nodes.has(node)) return undefined;
    return {
      address: { host: '127.0.0.1', port: this.#port },
      tls: { ...this.#pki.kubeletClient, authority: this.#pki.authority.certificate },
      hostHeader: node,
    };
  }
}
