/** Names of images: what the kubelet refuses before it asks a runtime, and what is pulled each time. */
import type { Container } from '../client/api-types.ts';

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const domain = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const reference = new RegExp(
  String.raw`^(?:${domain}/)?${component}(?:/${component})*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

export function isImageName(image: string): boolean {
  return reference.test(image);
}

export function pullPolicy({ imagePullPolicy, image = '' }: Container): string {
  if (imagePullPolicy !== undefined) return imagePullPolicy;
  const isLatest =
    !image.includes('@') && (image.endsWith(':latest') || !image.slice(image.lastIndexOf('/')).includes(':'));
  return isLatest ? 'Always' : 'IfNotPresent';
}
