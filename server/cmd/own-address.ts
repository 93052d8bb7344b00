/** Which of this machine's addresses others see, and what a server says of itself by them. */
import { networkInterfaces } from 'node:os';
import { isGlobalUnicast } from '../apis/validation/ip.ts';
import type { PorticoOptions } from './options.ts';

export interface ServerAddresses {
  /** In the kubeconfig. */
  readonly url: string;
  /** Among the endpoints of the kubernetes service. Loopback cannot be there, so that it may be one that nobody listens at: pods here are led on by the service's own address. */
  readonly advertised: string;
  /** For this process. */
  readonly own: string;
}

/** As kube-apiserver chooses: what is said, else what it listens at, else the first address that others see. */
export function serverAddresses({
  bindAddress,
  advertiseAddress: said,
}: Pick<PorticoOptions, 'bindAddress' | 'advertiseAddress'> & { readonly bindAddress: string }): ServerAddresses {
  const isAnywhere = bindAddress === '0.0.0.0' || bindAddress === '::';
  const own = isAnywhere ? '127.0.0.1' : bindAddress;
  if (isGlobalUnicast(bindAddress)) return { url: said ?? bindAddress, advertised: said ?? bindAddress, own };
  const advertised = said ?? seenAddress() ?? own;
  return { url: isAnywhere ? (said ?? own) : own, advertised, own };
}

/** The first, of IPv4 before IPv6; undefined: nobody sees this machine. */
export function seenAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const seen = all.filter(({ internal, address }) => !internal && isGlobalUnicast(address));
  return (seen.find(({ family }) => family === 'IPv4') ?? seen[0])?.address;
}
