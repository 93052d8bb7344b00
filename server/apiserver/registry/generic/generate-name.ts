/** metadata.generateName: a prefix and five random characters without vowels and look-alikes. */
import type { Random } from '../../../apimachinery/clock/random.ts';

/** Source: k8s.io/apimachinery/pkg/util/rand: no vowels, so that no word appears by chance. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const maxNameLength = 63;

export function generateName(prefix: string, random: Random): string {
  const kept = prefix.slice(0, maxNameLength - suffixLength);
  let name = kept;
  for (const byte of random.bytes(suffixLength)) name += alphabet[byte % alphabet.length];
  return name;
}

/** So many names are tried before a create with generateName gives up (upstream: 8). */
export const generateNameAttempts = 8;
