/** The objects of the workload: a pod of 2 kB and config maps of any size. */
const ENVIRONMENT = Array.from({ length: 20 }, (_, index) => ({ name: `SETTING_${index}`, value: 'v'.repeat(40) }));

/** Nobody schedules it; a tenth of them carries the label tenth=7. `bytes` of JSON, or what it takes at least. */
export function podBody(name: string, index: number, bytes: number): string {
  const pod = podObject(name, index);
  const missing = bytes - JSON.stringify(pod).length;
  if (missing <= 0) return JSON.stringify(pod);
  const annotations = { 'example.com/padding': 'p'.repeat(missing) };
  return JSON.stringify({ ...pod, metadata: { ...pod.metadata, annotations } });
}

function podObject(name: string, index: number) {
  const resources = { requests: { cpu: '100m', memory: '64Mi' } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'bench', tenth: String(index % 10) } },
    spec: {
      schedulerName: 'nobody',
      containers: [{ name: 'main', image: 'registry.example.com/app:1', env: ENVIRONMENT, resources }],
    },
  };
}

export function configMapBody(name: string, data: Readonly<Record<string, string>>, labels = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data });
}
