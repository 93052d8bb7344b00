/** Reads container image references as far as the default pull policy depends on them. */

const IDENTIFIER = /^[a-f0-9]{64}$/;
const DOMAIN_COMPONENT = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const DOMAIN = new RegExp(`^(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
/** The algorithms that may name a digest, with the length of their hexadecimal sum. */
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const PATH_LENGTH_LIMIT = 255;

/** "Always" for images at the tag latest, written or implied; "IfNotPresent" for all others and for texts that name none. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  return imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent';
}

/** The tag: "latest" if neither tag nor digest is written, "" next to a digest or if the text is no image reference. */
export function imageTag(image: string): string {
  if (IDENTIFIER.test(image)) return '';
  const { domain, remainder } = splitDomain(image);
  const [named, digest, more] = remainder.split('@');
  if (named === undefined || more !== undefined) return '';
  if (!DOMAIN.test(domain) && !PATH_COMPONENT.test(domain)) return '';
  const colon = named.indexOf(':');
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (path.length > PATH_LENGTH_LIMIT || !path.split('/').every((component) => PATH_COMPONENT.test(component)))
    return '';
  if (tag !== undefined && !TAG.test(tag)) return '';
  if (digest !== undefined && !DIGEST.test(digest)) return '';
  return tag ?? (digest === undefined ? 'latest' : '');
}

/** The first segment is a registry if it looks like a host name; else the image is on Docker Hub. */
function splitDomain(image: string): { domain: string; remainder: string } {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  if (!isDomain) return { domain: 'docker.io', remainder: slash < 0 ? `library/${image}` : image };
  const remainder = image.slice(slash + 1);
  const onHub = first === 'docker.io' || first === 'index.docker.io';
  return { domain: first, remainder: onHub && !remainder.includes('/') ? `library/${remainder}` : remainder };
}
