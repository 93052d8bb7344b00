/** /debug/api_priority_and_fairness/…: levels, queues and requests as they are now, in upstream's columns. */
import type { FlowCounts, Rejection } from './flow-control-metrics.ts';
import type { PriorityLevel } from './priority-level.ts';
import type { Stay } from './stay.ts';

export interface LevelDump {
  readonly level: PriorityLevel;
  /** Of its schemas. */
  readonly counts: readonly FlowCounts[];
  /** Who waits or sits there. */
  readonly stays: readonly Stay[];
}

type Row = readonly string[];

export function dumpLevels(levels: readonly LevelDump[]): string {
  const rows = levels.map(({ level, counts, stays }): Row => {
    const sum = (of: (each: FlowCounts) => number) => counts.reduce((total, each) => total + of(each), 0);
    const refused = (...reasons: readonly Rejection[]) => sum((each) => each.rejections(...reasons));
    const { waiting } = level;
    const active = new Set(stays.filter(isWaiting).map(({ queue }) => queue)).size;
    const numbers = [
      waiting,
      stays.length - waiting,
      sum(({ dispatched }) => dispatched),
      refused('queue-full', 'concurrency-limit'),
      refused('time-out'),
      refused('cancelled'),
    ];
    return [level.name, String(active), String(stays.length === 0), 'false', ...numbers.map(String)];
  });
  const header = [
    'PriorityLevelName',
    'ActiveQueues',
    'IsIdle',
    'IsQuiescing',
    'WaitingRequests',
    'ExecutingRequests',
    'DispatchedRequests',
    'RejectedRequests',
    'TimedoutRequests',
    'CancelledRequests',
  ];
  return table([header, ...rows]);
}

export function dumpQueues(levels: readonly LevelDump[]): string {
  const rows = levels.flatMap(({ level, stays: all }) =>
    level.queueStarts.map((start, index): Row => {
      const stays = all.filter(({ queue }) => queue === index);
      const waiting = stays.filter(isWaiting);
      const executing = stays.filter((stay) => !isWaiting(stay));
      const seats = String(seatsOf(waiting));
      return [
        level.name,
        String(index),
        String(waiting.length),
        String(executing.length),
        String(seatsOf(executing)),
        seatSeconds(start),
        seats,
        seats,
        seatSeconds(seatsOf(waiting)),
      ];
    }),
  );
  const header = [
    'PriorityLevelName',
    'Index',
    'PendingRequests',
    'ExecutingRequests',
    'SeatsInUse',
    'NextDispatchR',
    'InitialSeatsSum',
    'MaxSeatsSum',
    'TotalWorkSum',
  ];
  return table([header, ...rows]);
}

export interface RequestDumpOptions {
  readonly withDetails: boolean;
  /** Milliseconds since the epoch at a monotonic time. */
  readonly timeOf: (monotonic: number) => number;
}

export function dumpRequests(levels: readonly LevelDump[], { withDetails, timeOf }: RequestDumpOptions): string {
  const rows = levels.flatMap(({ level, stays }) => {
    const places = new Map<number, number>();
    return stays.map((stay): Row => {
      const { flow, parts, queue, arrived, seated } = stay;
      const place = isWaiting(stay) ? (places.get(queue) ?? 0) : -1;
      if (isWaiting(stay)) places.set(queue, place + 1);
      const row = [
        level.name,
        flow.schema.name,
        String(queue),
        String(place),
        stay.distinguisher,
        time(arrived),
        String(parts.width),
        '0',
        '0s',
        seated === undefined ? '0001-01-01T00:00:00Z' : time(timeOf(seated)),
      ];
      return withDetails ? [...row, ...detailsOf(stay)] : row;
    });
  });
  const header = [
    'PriorityLevelName',
    'FlowSchemaName',
    'QueueIndex',
    'RequestIndexInQueue',
    'FlowDistingsher',
    'ArriveTime',
    'InitialSeats',
    'FinalSeats',
    'AdditionalLatency',
    'StartTime',
    ...(withDetails
      ? ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource']
      : []),
  ];
  return table([header, ...rows]);
}

function detailsOf({ parts: { user, info } }: Stay): Row {
  const { verb, path, namespace, name, group, version, resource, subresource } = info;
  const groupVersion = group === '' ? version : `${group}/${version}`;
  return [user.name, verb, path, namespace, name, groupVersion, resource, subresource];
}

function isWaiting({ seated }: Stay): boolean {
  return seated === undefined;
}

function seatsOf(stays: readonly Stay[]): number {
  return stays.reduce((sum, { parts }) => sum + parts.width, 0);
}

function seatSeconds(value: number): string {
  return `${value.toFixed(8)}ss`;
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.?0*Z$/, 'Z');
}

const narrowest = 8;

/** Commas and columns, as Go's tabwriter sets them. */
function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => row.map((cell, index) => (index < row.length - 1 ? `${cell},` : cell)));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(narrowest, ...cells.map((row) => (row[column] ?? '').length + 1)),
  );
  const line = (row: Row) =>
    row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)).join('');
  return cells.map((row) => `${line(row)}\n`).join('');
}
