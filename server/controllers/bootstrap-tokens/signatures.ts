/** Signatures of the published cluster information: one for each token, made with its secret, without the text that they are of. */
import { createHmac } from 'node:crypto';

const prefix = 'jws-kubeconfig-';

export function detachedSignature(
  content: string,
  { id, secret }: { readonly id: string; readonly secret: string },
): string {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const header = encode(JSON.stringify({ alg: 'HS256', kid: id }));
  const signature = createHmac('sha256', secret)
    .update(`${header}.${encode(content)}`)
    .digest('base64url');
  return `${header}..${signature}`;
}

/** The data of cluster-info as it should be. */
export function signedData(
  data: Readonly<Record<string, string>>,
  tokens: ReadonlyArray<{ readonly id: string; readonly secret: string }>,
): Record<string, string> {
  const kept = Object.entries(data).filter(([key]) => !key.startsWith(prefix));
  const { kubeconfig } = data;
  const signatures =
    kubeconfig === undefined
      ? []
      : tokens.map((token) => [`${prefix}${token.id}`, detachedSignature(kubeconfig, token)]);
  return Object.fromEntries([...kept, ...signatures]) as Record<string, string>;
}
