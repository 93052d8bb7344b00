/** Flags on how kubelets are reached. Source of names and defaults: kube-apiserver 1.36's flags. */
import type { FlagDefinition } from './flag-definition.ts';

export const kubeletFlags: readonly FlagDefinition[] = [
  {
    option: 'kubeletCertificateAuthority',
    flag: '--kubelet-certificate-authority <file>',
    help: 'authorities that vouch for kubelets (default: any kubelet is believed)',
  },
  {
    option: 'kubeletClientCertificate',
    flag: '--kubelet-client-certificate <file>',
    help: 'certificate that kubelets are shown (default: one signed by our own authority)',
  },
  { option: 'kubeletClientKey', flag: '--kubelet-client-key <file>', help: 'key of --kubelet-client-certificate' },
  {
    option: 'kubeletPreferredAddressTypes',
    flag: '--kubelet-preferred-address-types <list>',
    help: 'which address of a node is taken, the first that it has',
    isList: true,
    default: 'Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP',
  },
];
