/** What is known of images: the files that web servers show where nobody has put anything, and what some programs say first. */
import type { ContainerConfig, VolumeFile } from '../interface.ts';

interface WebImage {
  readonly image: RegExp;
  /** Folder that its web server shows. */
  readonly root: string;
  readonly page: string;
}

const webImages: readonly WebImage[] = [
  {
    image: /(?:^|\/)nginx(?=[-:@]|$)/,
    root: '/usr/share/nginx/html',
    page: '<h1>Welcome to a simulated nginx!</h1>\n',
  },
  {
    image: /(?:^|\/)httpd(?=[-:@]|$)/,
    root: '/usr/local/apache2/htdocs',
    page: '<html><body><h1>It works!</h1></body></html>\n',
  },
];

/** Undefined: the image is not known to show files. */
export function webRoot(image: string): string | undefined {
  return webImages.find((each) => each.image.test(image))?.root;
}

export function imageFiles(image: string): Map<string, VolumeFile> {
  const web = webImages.find((each) => each.image.test(image));
  const files = new Map<string, VolumeFile>();
  if (web !== undefined) files.set(`${web.root}/index.html`, { content: Buffer.from(web.page), mode: 0o644 });
  return files;
}

/** Of programs that serve. */
export function firstWords({ image, command, args }: ContainerConfig): readonly string[] {
  const [program = 'pause'] = command.length > 0 ? [...command.slice(1), ...args] : args;
  return /(?:^|\/)agnhost(?=[:@]|$)/.test(image) && program === 'pause' ? ['Paused'] : [];
}
