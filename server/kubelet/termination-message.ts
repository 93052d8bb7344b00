/** What a container that has failed leaves as its message, where it wrote none: the end of its log, if its spec says so. */
import type { ContainerStatus, LogLine } from '../../backends/runtime/interface.ts';
import type { ContainerRecord } from './container-record.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { MAX_TERMINATION_LOG, MAX_TERMINATION_LOG_LINES } from './limits.ts';

export function needsLog({ spec }: ContainerRecord, { exitCode, terminationMessage }: ContainerStatus): boolean {
  return spec.terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0 && terminationMessage === '';
}

export async function messageFromLog(
  status: ContainerStatus,
  { runtime, signal, onError }: Pick<KubeletEnvironment, 'runtime' | 'signal' | 'onError'>,
): Promise<ContainerStatus> {
  const lines: LogLine[] = [];
  try {
    for await (const line of runtime.logs(status.id, { follow: false, signal })) {
      lines.push(line);
      if (lines.length > MAX_TERMINATION_LOG_LINES) lines.shift();
    }
  } catch (error) {
    onError(error, `log of container ${status.name}`);
  }
  const terminationMessage = lines
    .map(({ text, isPartial }) => (isPartial === true ? text : `${text}\n`))
    .join('')
    .slice(-MAX_TERMINATION_LOG);
  return { ...status, terminationMessage };
}
