/** The config maps of one namespace on one server: the only thing that robustness runs touch. */
import { type Answer, Client, type Stream } from '../differential/client.ts';
import { readKubeconfig } from '../differential/kubeconfig.ts';
import type { ConfigMap, ObjectState, Operation } from './history.ts';
import { stateOf } from './history.ts';

const NAMESPACE = 'robustness';
const LABELS = { run: 'robustness' };
const SELECTOR = 'labelSelector=run%3Drobustness';

export interface List {
  readonly resourceVersion: number;
  readonly objects: ReadonlyMap<string, ObjectState>;
}

export class Target {
  readonly #client: Client;
  readonly #path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

  constructor(kubeconfig: string) {
    this.#client = new Client(readKubeconfig(kubeconfig));
  }

  async prepare(): Promise<void> {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await this.#client.send({ method: 'POST', path: '/api/v1/namespaces', headers: JSON_BODY, body });
  }

  /** An update or deletion is only done if the object is still in this state. */
  write(operation: Operation, key: string, count: number, expected: ObjectState | undefined): Promise<Answer> {
    const resourceVersion = expected === undefined ? undefined : String(expected.resourceVersion);
    if (operation === 'delete') {
      const body = JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { resourceVersion } });
      return this.#client.send({ method: 'DELETE', path: `${this.#path}/${key}`, headers: JSON_BODY, body });
    }
    const metadata = { name: key, labels: LABELS, resourceVersion };
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { count: String(count) } });
    const [method, path] = operation === 'create' ? ['POST', this.#path] : ['PUT', `${this.#path}/${key}`];
    return this.#client.send({ method, path, headers: JSON_BODY, body });
  }

  /** @throws Error unless the server answers whether the object exists. */
  async read(key: string): Promise<ObjectState | undefined> {
    const { status, body } = await this.#client.send({ method: 'GET', path: `${this.#path}/${key}` });
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`GET ${key}: ${status}`);
    return stateOf(JSON.parse(body.toString()) as ConfigMap);
  }

  async list(): Promise<List> {
    const { status, body } = await this.#client.send({ method: 'GET', path: `${this.#path}?${SELECTOR}` });
    if (status !== 200) throw new Error(`LIST: ${status}`);
    const list = JSON.parse(body.toString()) as { metadata: { resourceVersion: string }; items: ConfigMap[] };
    return {
      resourceVersion: Number(list.metadata.resourceVersion),
      objects: new Map(list.items.map((item) => [item.metadata.name, stateOf(item)])),
    };
  }

  watch(resourceVersion: number): Promise<Stream> {
    const query = `watch=1&allowWatchBookmarks=true&${SELECTOR}&resourceVersion=${resourceVersion}`;
    return this.#client.open({ method: 'GET', path: `${this.#path}?${query}` });
  }

  close(): void {
    this.#client.close();
  }
}

const JSON_BODY = { 'Content-Type': 'application/json' };
