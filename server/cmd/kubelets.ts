/** How kubelets are reached, from the options of a server. */
import type { KubeletOptions } from '../apiserver/proxy/kubelet-address.ts';
import type { Credentials } from './credentials.ts';
import { readFlagFile } from './flag-file.ts';
import { type PorticoOptions, splitList } from './options.ts';

/** Of kubelets that do not say theirs. */
const KUBELET_PORT = 10_250;

/** @throws Error that names the flag and says what is wrong with its file */
export async function composeKubelets(
  options: PorticoOptions & { readonly kubeletPreferredAddressTypes: string },
  { pki }: Pick<Credentials, 'pki'>,
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
  };
}
