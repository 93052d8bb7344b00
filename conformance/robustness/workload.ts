/** What is wanted of a cluster, and random changes of it: every kind of workload, services, owners and whole namespaces. */

export type Manifest = { readonly [field: string]: unknown };

export interface Wanted {
  /** Path of the object, and what is applied there. */
  readonly path: string;
  readonly object: Manifest;
}

/** One change: what is applied, or the path that is deleted. */
export type Change = { readonly apply: Wanted } | { readonly remove: string };

export interface WorkloadSpec {
  readonly replicas: number;
  readonly image: string;
}

export const NAMESPACE = 'rounds';
const apps = (kind: string, name: string): string => `/apis/apps/v1/namespaces/${NAMESPACE}/${kind}/${name}`;
const core = (kind: string, name: string): string => `/api/v1/namespaces/${NAMESPACE}/${kind}/${name}`;

/** The model: what there has to be once everything has come to rest. */
export class Workload {
  readonly deployments = new Map<string, WorkloadSpec>();
  readonly statefulSets = new Map<string, WorkloadSpec>();
  readonly daemonSets = new Map<string, string>();
  readonly jobs = new Map<string, number>();
  readonly services = new Map<string, string>();
  /** Config maps that a config map owns, by its name. */
  readonly owners = new Map<string, number>();
  readonly namespaces = new Set<string>();
  readonly #random: () => number;
  #made = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Changes the model, and says by which requests the cluster comes to know of it. */
  next(): Change[] {
    const ways = [
      () => this.#deployment(),
      () => this.#deployment(),
      () => this.#statefulSet(),
      () => this.#daemonSet(),
      () => this.#job(),
      () => this.#service(),
      () => this.#owner(),
      () => this.#namespace(),
    ];
    return this.#pick(ways)();
  }

  #deployment(): Change[] {
    const name = this.#pick(['web-a', 'web-b', 'web-c']);
    if (this.deployments.has(name) && this.#random() < 0.2) {
      this.deployments.delete(name);
      return [{ remove: apps('deployments', name) }];
    }
    const spec = { replicas: this.#pick([0, 1, 2, 3, 5]), image: this.#pick(['app:1', 'app:2']) };
    this.deployments.set(name, spec);
    return [{ apply: { path: apps('deployments', name), object: deployment(name, spec) } }];
  }

  #statefulSet(): Change[] {
    const name = this.#pick(['db-a', 'db-b']);
    if (this.statefulSets.has(name) && this.#random() < 0.2) {
      this.statefulSets.delete(name);
      return [{ remove: apps('statefulsets', name) }];
    }
    const spec = { replicas: this.#pick([0, 1, 2, 3]), image: this.#pick(['db:1', 'db:2']) };
    this.statefulSets.set(name, spec);
    return [{ apply: { path: apps('statefulsets', name), object: statefulSet(name, spec) } }];
  }

  #daemonSet(): Change[] {
    const name = 'agent';
    if (this.daemonSets.has(name) && this.#random() < 0.3) {
      this.daemonSets.delete(name);
      return [{ remove: apps('daemonsets', name) }];
    }
    const image = this.#pick(['agent:1', 'agent:2']);
    this.daemonSets.set(name, image);
    return [{ apply: { path: apps('daemonsets', name), object: { ...workload('DaemonSet', name, image) } } }];
  }

  #job(): Change[] {
    const [old] = this.jobs.keys();
    const path = (name: string): string => `/apis/batch/v1/namespaces/${NAMESPACE}/jobs/${name}`;
    if (old !== undefined && this.jobs.size > 3) {
      this.jobs.delete(old);
      return [{ remove: path(old) }];
    }
    const name = `work-${this.#made++}`;
    const completions = this.#pick([1, 2, 4]);
    this.jobs.set(name, completions);
    return [{ apply: { path: path(name), object: job(name, completions) } }];
  }

  #service(): Change[] {
    const name = this.#pick(['front-a', 'front-b']);
    if (this.services.has(name) && this.#random() < 0.3) {
      this.services.delete(name);
      return [{ remove: core('services', name) }];
    }
    const app = this.#pick(['web-a', 'web-b', 'db-a', 'agent']);
    this.services.set(name, app);
    const spec = { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] };
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
    return [{ apply: { path: core('services', name), object } }];
  }

  /** Goes with what it owns; its name tells how many these are. */
  #owner(): Change[] {
    const [old] = this.owners.keys();
    if (old !== undefined && this.owners.size > 2) {
      this.owners.delete(old);
      return [{ remove: core('configmaps', old) }];
    }
    const name = `owner-${this.#made++}`;
    this.owners.set(name, this.#pick([1, 3]));
    return [{ apply: { path: core('configmaps', name), object: configMap(name) } }];
  }

  #namespace(): Change[] {
    const [old] = this.namespaces;
    if (old !== undefined && this.namespaces.size > 1) {
      this.namespaces.delete(old);
      return [{ remove: `/api/v1/namespaces/${old}` }];
    }
    const name = `rounds-${this.#made++}`;
    this.namespaces.add(name);
    const inside = (path: string): string => path.replace(`/namespaces/${NAMESPACE}/`, `/namespaces/${name}/`);
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const spec = { replicas: 2, image: 'app:1' };
    return [
      { apply: { path: `/api/v1/namespaces/${name}`, object } },
      { apply: { path: inside(apps('deployments', 'inside')), object: deployment('inside', spec) } },
      { apply: { path: inside(core('configmaps', 'inside')), object: configMap('inside') } },
    ];
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }
}

export function ownedConfigMap(name: string, owner: { readonly name: string; readonly uid: string }): Wanted {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', ...owner }];
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ownerReferences } };
  return { path: core('configmaps', name), object };
}

function deployment(name: string, { replicas, image }: WorkloadSpec): Manifest {
  const base = workload('Deployment', name, image);
  return { ...base, spec: { ...(base.spec as Manifest), replicas } };
}

function statefulSet(name: string, { replicas, image }: WorkloadSpec): Manifest {
  const base = workload('StatefulSet', name, image);
  return { ...base, spec: { ...(base.spec as Manifest), serviceName: name, replicas } };
}

function workload(kind: string, name: string, image: string): Manifest {
  const labels = { app: name };
  const containers = [{ name: 'main', image, ports: [{ containerPort: 8080 }] }];
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers } };
  return { apiVersion: 'apps/v1', kind, metadata: { name }, spec: { selector: { matchLabels: labels }, template } };
}

/** Nodes that are killed take what runs on them along: it is tried again as often as it takes. */
function job(name: string, completions: number): Manifest {
  const containers = [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'sleep 0.2'] }];
  const template = { spec: { restartPolicy: 'OnFailure', containers } };
  const spec = { completions, parallelism: 2, backoffLimit: 1000, template };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec };
}

function configMap(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { name } };
}
