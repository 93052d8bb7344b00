/**
 * A network of the pods' own: each has a network namespace with an address of the block, on a bridge whose other end is this
 * machine. Nothing leaves the machine by it. What a killed process left of one goes when the next one begins.
 */
import type { Clock } from '../clock.ts';
import { RuntimeError } from '../errors.ts';
import type { OpenRelay, PodNetwork, Relay } from '../interface.ts';
import { type AddressBlock, AddressPool, addressOf, numberOf, overlap, parseBlock } from './address-block.ts';
import { isOwned, ownMark } from './owner-mark.ts';
import { openRelay } from './relay.ts';
import { runTool } from './run-tool.ts';

/** Begins the names of bridges; devices have at most 15 characters. */
const BRIDGE_PREFIX = 'ptc-';
const VETH_PREFIX = 'ptc';

export class BridgeNetwork implements PodNetwork {
  readonly gateway: string;
  readonly #bridge: string;
  readonly #block: AddressBlock;
  readonly #pool: AddressPool;
  readonly #clock: Clock;
  readonly #relays = new Set<OpenRelay>();

  private constructor(block: AddressBlock, clock: Clock) {
    this.#block = block;
    this.#clock = clock;
    this.#bridge = bridgeOf(block);
    this.gateway = addressOf(block.start + 1);
    this.#pool = new AddressPool(block, 2);
  }

  /** @throws Error that says what is wrong with the block, or what this user may not do */
  static async open(text: string, clock: Clock): Promise<BridgeNetwork> {
    const block = parseBlock(text);
    if (block === undefined || block.bits < 8 || block.bits > 29) {
      throw new Error(`--process-pod-cidr ${text}: expected a block of IPv4 addresses, as 10.244.0.0/16`);
    }
    const network = new BridgeNetwork(block, clock);
    try {
      await removeLeftovers(network.#bridge);
      const other = overlap(block);
      if (other !== undefined) throw new Error(`this machine is in the network ${other} already`);
      await network.#makeBridge();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`--process-pod-cidr ${text}: ${why}${isRoot() ? '' : ' (it needs root)'}`, { cause: error });
    }
    return network;
  }

  /** Gives the network namespace of a process an address. @throws RuntimeError */
  async attach(pid: number): Promise<string> {
    const address = this.#pool.take();
    const veth = vethOf(address);
    try {
      await ipBatch([
        `link add name ${veth} type veth peer name eth0 netns ${pid}`,
        `link set ${veth} master ${this.#bridge} up`,
      ]);
      const inside = [
        'link set lo up',
        `addr add ${address}/${this.#block.bits} dev eth0`,
        'link set eth0 up',
        `route add default via ${this.gateway}`,
      ];
      await runTool('nsenter', ['--target', String(pid), '--net', 'ip', '-batch', '-'], `${inside.join('\n')}\n`);
      return address;
    } catch (error) {
      await this.detach(address);
      throw error;
    }
  }

  /** Also of what has been detached, or never was attached. */
  async detach(address: string): Promise<void> {
    // It goes by itself with its namespace, but later.
    await runTool('ip', ['link', 'del', vethOf(address)]).catch(() => undefined);
    this.#pool.release(address);
  }

  async ownAddresses(text: string): Promise<void> {
    const block = parseBlock(text);
    if (block === undefined) throw new RuntimeError(`${text} is no block of IPv4 addresses`);
    const other = overlap(block);
    if (other !== undefined) throw new RuntimeError(`this machine is in the network ${other} already`);
    await runTool('ip', ['route', 'replace', 'local', text, 'dev', this.#bridge, 'table', 'local']);
  }

  async relay(relay: Relay): Promise<OpenRelay> {
    const open = await openRelay(relay, this.#clock);
    this.#relays.add(open);
    return {
      choosesAnew: () => open.choosesAnew(),
      close: () => {
        this.#relays.delete(open);
        open.close();
      },
    };
  }

  async close(): Promise<void> {
    for (const relay of this.#relays) relay.close();
    this.#relays.clear();
    await runTool('ip', ['link', 'del', this.#bridge]).catch(() => undefined);
  }

  async #makeBridge(): Promise<void> {
    const bridge = this.#bridge;
    await ipBatch([
      `link add name ${bridge} type bridge`,
      `link set ${bridge} alias "${ownMark()}"`,
      `addr add ${this.gateway}/${this.#block.bits} dev ${bridge}`,
      `link set ${bridge} up`,
    ]);
  }
}

interface LinkEntry {
  readonly ifname: string;
  readonly ifalias?: string;
}

/** Bridges of processes that are gone. @throws Error: the wanted one belongs to somebody who lives */
async function removeLeftovers(wanted: string): Promise<void> {
  const bridges = JSON.parse((await runTool('ip', ['-json', 'link', 'show', 'type', 'bridge'])) || '[]') as LinkEntry[];
  for (const { ifname, ifalias = '' } of bridges) {
    if (ifname?.startsWith(BRIDGE_PREFIX) !== true) continue;
    if (!isOwned(ifalias)) await runTool('ip', ['link', 'del', ifname]);
    else if (ifname === wanted) throw new Error(`it is the network of process ${ifalias.split(' ')[0]}`);
  }
}

function ipBatch(commands: readonly string[]): Promise<string> {
  return runTool('ip', ['-batch', '-'], `${commands.join('\n')}\n`);
}

function bridgeOf({ start }: AddressBlock): string {
  return BRIDGE_PREFIX + start.toString(16).padStart(8, '0');
}

function vethOf(address: string): string {
  return VETH_PREFIX + numberOf(address).toString(16).padStart(8, '0');
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
