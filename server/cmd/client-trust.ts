/** Whose client certificates are believed: read from the files that flags name, again whenever they change. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { type AuthorityBundles, TrustedAuthorities } from '../apiserver/authentication/trusted-authorities.ts';
import { readAuthorities } from './credentials.ts';
import { type PorticoOptions, splitList } from './options.ts';
import { FRONT_PROXY_NAME } from './pki.ts';

/** Milliseconds between two looks at the files. */
const LOOK_EVERY_MS = 10_000;

export interface ClientTrustParts {
  readonly options: PorticoOptions;
  readonly clock: Clock;
  /** PEM: the authority that this server made itself, whose certificates always count. */
  readonly own: string;
  readonly bundles: AuthorityBundles;
  /** PEM: who vouches for this server where it is a front proxy itself; undefined: the bundles do. */
  readonly ownFrontProxies: string | undefined;
  readonly log: NonNullable<PorticoOptions['log']>;
}

export class ClientTrust {
  readonly authorities: TrustedAuthorities;
  readonly #parts: ClientTrustParts;
  #bundles: AuthorityBundles;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(parts: ClientTrustParts) {
    this.#parts = parts;
    this.#bundles = parts.bundles;
    this.authorities = new TrustedAuthorities(parts.bundles);
  }

  /** PEM: all that a client's certificate may be signed by. */
  get bundle(): string {
    return this.#bundles.clients + this.#bundles.frontProxies;
  }

  /** What others who authenticate for this cluster need to know, as upstream keeps it in kube-system. */
  get published(): Record<string, string> {
    const { options } = this.#parts;
    const { clients, frontProxies } = this.#bundles;
    const { ownFrontProxies } = this.#parts;
    const authorities = frontProxies + (ownFrontProxies ?? '');
    if (authorities === '') return { 'client-ca-file': clients };
    const list = (text: string | undefined) => JSON.stringify(splitList(text));
    const names = splitList(options.requestheaderAllowedNames);
    // Where any name is allowed none is listed; else this server's own is one of them.
    const isListed = ownFrontProxies !== undefined && (names.length > 0 || frontProxies === '');
    return {
      'client-ca-file': clients,
      'requestheader-client-ca-file': authorities,
      'requestheader-allowed-names': JSON.stringify(isListed ? [...names, FRONT_PROXY_NAME] : names),
      'requestheader-username-headers': list(options.requestheaderUsernameHeaders),
      'requestheader-uid-headers': list(options.requestheaderUidHeaders),
      'requestheader-group-headers': list(options.requestheaderGroupHeaders),
      'requestheader-extra-headers-prefix': list(options.requestheaderExtraHeadersPrefix),
    };
  }

  /** A file that cannot be read, or is half written, changes nothing; it is looked at again. */
  watch(onChange: () => Promise<void>): void {
    const { options, clock, log } = this.#parts;
    if (options.clientCaFile === undefined && options.requestheaderClientCaFile === undefined) return;
    const look = async (): Promise<void> => {
      try {
        if (await this.#read()) await onChange();
      } catch (error) {
        log({ level: 'warning', message: `authorities stay as they are: ${messageOf(error)}`, error });
      }
      if (!this.#stopped) this.#cancel = clock.after(LOOK_EVERY_MS, () => void look());
    };
    this.#cancel = clock.after(LOOK_EVERY_MS, () => void look());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** True: something else than before. */
  async #read(): Promise<boolean> {
    const bundles = await readAuthorities(this.#parts.options, this.#parts.own);
    const { clients, frontProxies } = this.#bundles;
    if (bundles.clients === clients && bundles.frontProxies === frontProxies) return false;
    this.authorities.replace(bundles);
    this.#bundles = bundles;
    return true;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
