/** What a Database means: a service with a stable name, and pods with a volume each. */
import { defineController, resources } from '../../server/cmd/library.ts';
import { databases } from './database.ts';

const { services, statefulSets } = resources;
const images = { postgres: 'docker.io/library/postgres:18', mysql: 'docker.io/library/mysql:9' };
const ports = { postgres: 5432, mysql: 3306 };

export const databaseController = defineController({
  for: databases,
  owns: [services, statefulSets],
  async reconcile(database, { apply, owned, setStatus }) {
    const { name = '', namespace = '' } = database.metadata;
    const { engine, storageGb, replicas = 1 } = database.spec;
    const labels = { 'platform.example.com/database': name };
    const port = ports[engine];

    await apply(services, { metadata: { name }, spec: { clusterIP: 'None', selector: labels, ports: [{ port }] } });
    await apply(statefulSets, {
      metadata: { name },
      spec: {
        serviceName: name,
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: engine, image: images[engine], ports: [{ containerPort: port }] }] },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: `${storageGb}Gi` } } },
          },
        ],
      },
    });

    const ready = owned(statefulSets, name)?.status?.readyReplicas ?? 0;
    const address = `${name}.${namespace}.svc:${port}`;
    await setStatus(ready >= replicas ? { address, phase: 'Ready' } : { address, phase: 'Creating' });
  },
});
