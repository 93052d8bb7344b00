/** What is known of images: files that web servers show where nobody has put anything, first words of programs, when they fall ill. */
import type { ContainerConfig, VolumeFile } from '../interface.ts';
import type { TimeSpan } from './durations.ts';

interface WebImage {
  readonly image: RegExp;
  /** Folder that its web server shows, without a slash at its end. */
  readonly root: string;
  readonly page: string;
  readonly text: string;
}

const webImages: readonly WebImage[] = [
  {
    image: /(?:^|\/)nginx(?=[-:@]|$)/,
    root: '/usr/share/nginx/html',
    page: '/index.html',
    text: '<h1>Welcome to a simulated nginx!</h1>\n',
  },
  {
    image: /(?:^|\/)httpd(?=[-:@]|$)/,
    root: '/usr/local/apache2/htdocs',
    page: '/index.html',
    text: '<html><body><h1>It works!</h1></body></html>\n',
  },
];

/** The image of upstream's test suites. */
const testImage = /(?:^|\/)agnhost(?=[:@]|$)/;
const testWebServer: WebImage = { image: testImage, root: '', page: '/localhost.crt', text: 'simulated\n' };

/** What agnhost has been told to be; undefined: another image. */
function testProgram({ image, command, args }: ContainerConfig): string | undefined {
  if (!testImage.test(image)) return undefined;
  return (command.length > 0 ? command[1] : undefined) ?? args[0] ?? 'pause';
}

function webImage(config: ContainerConfig): WebImage | undefined {
  if (testProgram(config) === 'test-webserver') return testWebServer;
  return webImages.find(({ image }) => image.test(config.image));
}

/** Undefined: the container is not known to show files. */
export function webRoot(config: ContainerConfig): string | undefined {
  return webImage(config)?.root;
}

export function imageFiles(config: ContainerConfig): Map<string, VolumeFile> {
  const web = webImage(config);
  const files = new Map<string, VolumeFile>();
  if (web !== undefined) files.set(web.root + web.page, { content: Buffer.from(web.text), mode: 0o644 });
  return files;
}

/** Of programs that serve. */
export function firstWords(config: ContainerConfig): readonly string[] {
  return testProgram(config) === 'pause' ? ['Paused'] : [];
}

/** When its liveness probes fail, in milliseconds since its start. */
export function illness(config: ContainerConfig): readonly TimeSpan[] {
  const program = testProgram(config);
  if (program === 'liveness') return [{ from: 10_000, to: Number.POSITIVE_INFINITY }];
  const delay = /--delay-unhealthy-sec=(\d+)/.exec(config.args.join(' '))?.[1];
  if (program !== 'grpc-health-checking' || delay === undefined) return [];
  return [{ from: Number(delay) * 1000, to: Number.POSITIVE_INFINITY }];
}
