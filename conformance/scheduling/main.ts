/**
 * Runs generated clusters through another scheduler and through ours, and prints where they decide differently:
 *   node conformance/scheduling/main.ts --kubeconfig FILE --log FILE [--seeds 1-50] [--pods N] [--strip PATTERN]
 * The API server behind the kubeconfig has the other scheduler, which logs to FILE with --vmodule=schedule_one=10 (that is where scores come
 * from), and of the controllers only persistentvolume-binder-controller. Compared are, pod by pod: which nodes are feasible and what each is
 * worth, the node, the words of FailedScheduling, the pods that make room. Ours follows what the other one chose, so that one difference does not
 * lead to more.
 */
import { parseArgs } from 'node:util';
import { seededRandom } from '../seeded-random.ts';
import { ComparedCluster } from './compared-cluster.ts';
import { generateCluster } from './generate-cluster.ts';
import { decideOffline, type OfflineDecision } from './offline-scheduler.ts';

const { values: options } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    log: { type: 'string' },
    seeds: { type: 'string', default: '1-20' },
    pods: { type: 'string', default: '24' },
    strip: { type: 'string' },
  },
});
const { kubeconfig, log, strip } = options;
if (kubeconfig === undefined || log === undefined) throw new Error('--kubeconfig and --log are needed');
const [first = 1, last = first] = options.seeds.split('-').map(Number);
const stripped = (message: string) => (strip === undefined ? message : message.replaceAll(new RegExp(strip, 'g'), ''));

const cluster = await ComparedCluster.open({ kubeconfig, log });
let decisions = 0;
let differing = 0;
for (let seed = first; seed <= last; seed++) {
  const generated = generateCluster(seed, { pods: Number(options.pods) });
  await cluster.create(generated.objects);
  for (const pod of generated.pods) {
    const objects = await cluster.objects();
    const { created, ...theirs } = await cluster.schedule(pod);
    // Ties are broken by chance: any of several may be right.
    const ours: OfflineDecision[] = [];
    for (let draw = 0; draw < 12; draw++) {
      ours.push(await decideOffline(created, { objects, random: seededRandom(seed * 100 + draw) }));
    }
    decisions++;
    const differences = compare(ours, { ...theirs, message: stripped(theirs.message) });
    if (differences.length === 0) continue;
    differing++;
    console.log(`seed ${seed} ${pod.metadata.namespace}/${pod.metadata.name}\n  ${differences.join('\n  ')}`);
  }
  await cluster.clear(generated.objects);
}
console.log(`${decisions} decisions, ${differing} of them differ`);
cluster.close();
process.exitCode = differing === 0 ? 0 : 1;

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function compare(ours: readonly OfflineDecision[], theirs: OfflineDecision): string[] {
  const [one] = ours;
  if (one === undefined) return [];
  const found: string[] = [];
  const say = (what: string, left: unknown, right: unknown) =>
    found.push(`${what}: theirs ${JSON.stringify(left)} ours ${JSON.stringify(right)}`);
  // What all nodes are given alike decides nothing.
  const scores = ({ scores: of }: OfflineDecision) => {
    const best = Math.max(...of.values());
    return [...of].map(([name, score]) => `${name} ${score - best}`).toSorted(byText);
  };
  if (JSON.stringify(scores(theirs)) !== JSON.stringify(scores(one))) say('scores', scores(theirs), scores(one));
  if (theirs.node === '' && theirs.message !== one.message) say('message', theirs.message, one.message);
  const places = ours.map(({ node, victims }) => `${node} ${victims.join()}`);
  const place = `${theirs.node} ${theirs.victims.join()}`;
  if (!places.includes(place)) say('node', place, [...new Set(places)]);
  return found;
}
