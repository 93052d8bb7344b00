/** Images of runtimes that have none: any name can be pulled, unless it says by itself that it cannot; sizes and digests follow from names. */
import { createHash } from 'node:crypto';
import { ImagePullError } from './errors.ts';
import type { Image } from './interface.ts';
import { hashText } from './simulated/seeded-random.ts';

/** Names that people give to images which are not meant to exist. */
const missing =
  /non-?exist|does-?not-?exist|no-such|not-found|invalid-image|:404$|^invalid\.registry|\.invalid(?:[/:]|$)/i;

const images = new Map<string, Image>();

/** "nginx" → "docker.io/library/nginx:latest". */
export function fullName(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  const path = hasRegistry ? image : slash < 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
  if (path.includes('@')) return path;
  return path.slice(path.lastIndexOf('/')).includes(':') ? path : `${path}:latest`;
}

function imageNamed(name: string): Image {
  let image = images.get(name);
  if (image === undefined) {
    const repository = name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
    const digest =
      /@(sha256:[0-9a-f]{64})$/.exec(name)?.[1] ?? `sha256:${createHash('sha256').update(name).digest('hex')}`;
    const sizeBytes = 2_000_000 + (hashText(name) % 98_000_000);
    image = { id: `${repository}@${digest}`, names: [`${repository}@${digest}`, name], sizeBytes };
    images.set(name, image);
  }
  return image;
}

/** Milliseconds, for an image of which the annotations say nothing. */
export function usualPullTime(image: string): number {
  return 50 + (hashText(image) % 200);
}

export class NodeImages {
  readonly #byNode = new Map<string, Map<string, Image>>();

  get(node: string, image: string): Image | undefined {
    return this.#byNode.get(node)?.get(fullName(image));
  }

  /** @throws ImagePullError */
  pulled(node: string, image: string): Image {
    const name = fullName(image);
    if (missing.test(image)) {
      throw new ImagePullError(
        `rpc error: code = NotFound desc = failed to pull and unpack image ${JSON.stringify(name)}: failed to resolve reference ${JSON.stringify(name)}: ${name}: not found`,
      );
    }
    const of = this.#byNode.get(node) ?? new Map<string, Image>();
    this.#byNode.set(node, of);
    const found = imageNamed(name);
    of.set(name, found);
    return found;
  }

  list(node: string): readonly Image[] {
    return [...(this.#byNode.get(node)?.values() ?? [])];
  }
}
