/** Which blocks of service addresses contain which, and which addresses hang on a block alone. Pure. */
import { BlockList, isIPv6 } from 'node:net';
import type { IpAddress, ServiceCidr } from '../../client/api-types.ts';

export interface Block {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** @param text "10.0.0.0/24" */
export function blockOfText(text: string): Block {
  const [address = '', prefix = ''] = text.split('/');
  return { address, prefix: Number(prefix), family: isIPv6(address) ? 'ipv6' : 'ipv4' };
}

function contains(block: Block, other: Block): boolean {
  if (block.family !== other.family || block.prefix > other.prefix) return false;
  const list = new BlockList();
  list.addSubnet(block.address, block.prefix, block.family);
  return list.check(other.address, other.family);
}

function blocksOf({ spec }: ServiceCidr): Block[] {
  return (spec?.cidrs ?? []).map(blockOfText);
}

function blockOfAddress(address: string): Block {
  return blockOfText(`${address}/${isIPv6(address) ? 128 : 32}`);
}

/** Names of those that share addresses with any of the blocks. */
export function overlapping(cidrs: readonly ServiceCidr[], blocks: readonly Block[]): string[] {
  return namesOf(cidrs, (own) => blocks.some((block) => contains(own, block) || contains(block, own)));
}

/** Names of those that the address belongs to. */
export function containing(cidrs: readonly ServiceCidr[], address: string): string[] {
  const block = blockOfAddress(address);
  return namesOf(cidrs, (own) => contains(own, block));
}

function namesOf(cidrs: readonly ServiceCidr[], test: (block: Block) => boolean): string[] {
  return cidrs.filter((cidr) => blocksOf(cidr).some(test)).map(({ metadata }) => metadata.name ?? '');
}

/** Those that the API server gave to a service. */
export function servesServices({ metadata }: IpAddress): boolean {
  return metadata.labels?.['ipaddress.kubernetes.io/managed-by'] === 'ipallocator.k8s.io';
}

interface AllOfThem {
  readonly cidrs: readonly ServiceCidr[];
  readonly addresses: readonly IpAddress[];
}

/** Services have addresses of it that would belong nowhere. */
export function holdingUp(cidr: ServiceCidr, { cidrs, addresses }: AllOfThem): boolean {
  const others = cidrs.filter(({ metadata }) => metadata.name !== cidr.metadata.name).flatMap(blocksOf);
  const own = blocksOf(cidr);
  if (own.every((block) => others.some((other) => contains(other, block)))) return false;
  return addresses.some((address) => {
    if (!servesServices(address)) return false;
    const block = blockOfAddress(address.metadata.name ?? '');
    return own.some((each) => contains(each, block)) && !others.some((other) => contains(other, block));
  });
}
