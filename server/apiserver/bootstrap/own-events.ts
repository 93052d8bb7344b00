/** Events that the server itself records, about services and their addresses. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { formatMicroTime } from '../../apimachinery/meta/time.ts';
import { OwnObjects, type OwnObjectsOptions } from './own-objects.ts';

export interface OwnEvent {
  /** What it is about; kind and apiVersion are those of the object. */
  readonly regarding: KubeObject;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

export type RecordEvent = (event: OwnEvent) => Promise<void>;

export function warningRecorder(component: string, options: OwnObjectsOptions): RecordEvent {
  return async ({ regarding, reason, action, note }) => {
    const { clock, random } = options;
    const { name = '', namespace = 'default', uid = '', resourceVersion = '' } = regarding.metadata;
    const suffix = Buffer.from(random.bytes(8)).toString('hex');
    await OwnObjects.of(['', 'v1', 'events'], options)?.createMissing({
      metadata: { name: `${name}.${suffix}`, namespace },
      involvedObject: {
        kind: regarding.kind ?? '',
        apiVersion: regarding.apiVersion ?? '',
        ...(regarding.metadata.namespace === undefined ? {} : { namespace }),
        name,
        uid,
        resourceVersion,
      },
      type: 'Warning',
      reason,
      message: note,
      action,
      eventTime: formatMicroTime(clock.now()),
      reportingComponent: component,
      reportingInstance: component,
    });
  };
}
