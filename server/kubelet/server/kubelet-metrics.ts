/** What a node's kubelet says about itself: …/metrics, under upstream's names. */
import type { StatsParts } from './stats.ts';

export function kubeletMetrics({ workers, node }: StatsParts): string {
  let [desired, pods, running, exited] = [0, 0, 0, 0];
  for (const { sandbox, records } of workers) {
    desired++;
    if (sandbox !== undefined) pods++;
    for (const { status } of records) {
      if (status?.state === 'running') running++;
      else if (status?.state === 'exited') exited++;
    }
  }
  return [
    ...gauge('kubelet_node_name', "The node's name. The count is always 1.", [[`{node=${JSON.stringify(node)}}`, 1]]),
    ...gauge('kubelet_desired_pods', 'Pods that the kubelet is told to run.', [['{static=""}', desired]]),
    ...gauge('kubelet_running_pods', 'Pods that have a sandbox.', [['', pods]]),
    ...gauge('kubelet_running_containers', 'Containers by state.', [
      ['{container_state="exited"}', exited],
      ['{container_state="running"}', running],
    ]),
    '',
  ].join('\n');
}

function gauge(name: string, help: string, samples: readonly (readonly [labels: string, value: number])[]): string[] {
  return [
    `# HELP ${name} [ALPHA] ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
  ];
}
