/** kubectl events and get events. */
import type { Case, Manifest } from '../case.ts';

const event = (name: string, type: string, pod: string, time: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', name: pod, namespace: '{ns}' },
  reason: 'Tested',
  message: `message of ${name}`,
  type,
  firstTimestamp: time,
  lastTimestamp: time,
  count: 1,
});

const given = [
  event('first', 'Warning', 'web', '2026-01-01T10:00:00Z'),
  event('second', 'Normal', 'web', '2026-01-01T11:00:00Z'),
  event('third', 'Normal', 'db', '2026-01-01T12:00:00Z'),
];

export const events: readonly Case[] = [
  {
    name: 'get events prints when, type, reason, object and message',
    given,
    steps: [
      {
        run: 'get events',
        prints: [/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m, /^\S+ +Warning +Tested +pod\/web +message of first$/m],
      },
    ],
  },
  {
    name: 'get events --field-selector selects by the object and the type',
    given,
    steps: [
      { run: 'get events --field-selector involvedObject.name=web,type=Normal -o name', prints: 'event/second' },
      {
        run: 'get events --field-selector involvedObject.kind=Pod,reason=Tested -o name',
        prints: 'event/first\nevent/second\nevent/third',
      },
    ],
  },
  {
    name: 'kubectl events sorts by time and selects by object and type',
    given,
    steps: [
      { run: 'events', prints: /message of first\n.*message of second\n.*message of third\n$/ },
      { run: 'events --for=pod/db --no-headers', prints: /^\S+.* +Normal +Tested +Pod\/db +message of third\n$/ },
      { run: 'events --types=Warning --no-headers', prints: /^\S+.* +Warning +Tested +Pod\/web +message of first\n$/ },
    ],
  },
  {
    name: 'events of the core group are also events of events.k8s.io',
    given,
    steps: [
      { run: 'get events.events.k8s.io first -o jsonpath={.note}:{.regarding.name}', prints: 'message of first:web' },
    ],
  },
];
