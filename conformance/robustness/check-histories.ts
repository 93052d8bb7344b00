/** The model: what was written, what each watcher saw, and what is there in the end have to be the same story. */
import { SEEN_AS, type ObjectState, type Sighting, type Write } from './history.ts';

/** What a Writer knows in the end. */
export interface WriterHistory {
  readonly writes: readonly Write[];
  readonly states: ReadonlyMap<string, ObjectState>;
  readonly violations: readonly string[];
}

/** What a Watcher knows in the end. */
export interface WatcherHistory {
  readonly sightings: readonly Sighting[];
  readonly states: ReadonlyMap<string, ObjectState>;
  readonly relists: number;
  readonly violations: readonly string[];
}

export interface Histories {
  readonly writers: readonly WriterHistory[];
  readonly watchers: readonly WatcherHistory[];
  /** The list of every server, after the last write. */
  readonly lists: readonly ReadonlyMap<string, ObjectState>[];
}

/** @returns a line for each violation. */
export function checkHistories({ writers, watchers, lists }: Histories): string[] {
  const written = Map.groupBy(
    writers.flatMap(({ writes }) => writes),
    ({ key }) => key,
  );
  const states = new Map(writers.flatMap((writer) => [...writer.states]));
  return [
    ...writers.flatMap(({ violations }, index) => violations.map((line) => `writer ${index}: ${line}`)),
    ...watchers.flatMap(({ violations }, index) => violations.map((line) => `watcher ${index}: ${line}`)),
    ...lists.flatMap((list, index) => compareStates(list, states, `list of server ${index}`)),
    ...watchers.flatMap((watcher, index) => compareStates(watcher.states, states, `watcher ${index}`)),
    ...watchers.flatMap((watcher, index) => checkSightings(watcher, written, `watcher ${index}`)),
    ...compareOrders(watchers),
  ];
}

function compareStates(
  actual: ReadonlyMap<string, ObjectState>,
  expected: ReadonlyMap<string, ObjectState>,
  where: string,
): string[] {
  const keys = new Set([...actual.keys(), ...expected.keys()]);
  return [...keys].flatMap((key) => {
    const [is, has] = [JSON.stringify(actual.get(key)), JSON.stringify(expected.get(key))];
    return is === has ? [] : [`${where}: ${key} is ${is}, and has to be ${has}`];
  });
}

/** Every write of every object, once, in order. A watcher that had to list again has not seen all of them. */
function checkSightings(
  watcher: WatcherHistory,
  written: ReadonlyMap<string, readonly Write[]>,
  where: string,
): string[] {
  const seen = Map.groupBy(watcher.sightings, ({ key }) => key);
  return [...written].flatMap(([key, writes]) => {
    const sightings = seen.get(key) ?? [];
    const expected = watcher.relists > 0 ? writes.filter((write) => sightings.some(isOf(write))) : writes;
    const at = expected.findIndex((write, index) => !isOf(write)(sightings[index]));
    if (at === -1 && sightings.length === expected.length) return [];
    const [write, sighting] = [expected[at], sightings[at]];
    return [`${where}: write ${at} of ${key} is ${JSON.stringify(write)}, and was seen as ${JSON.stringify(sighting)}`];
  });
}

const isOf = (write: Write) => (sighting: Sighting | undefined) =>
  sighting !== undefined &&
  sighting.type === SEEN_AS[write.operation] &&
  sighting.count === write.count &&
  (write.resourceVersion === undefined || sighting.resourceVersion === write.resourceVersion);

/** All watchers without a gap have seen one and the same sequence. */
function compareOrders(watchers: readonly WatcherHistory[]): string[] {
  const complete = watchers.filter(({ relists }) => relists === 0);
  const [first, ...others] = complete.map(({ sightings }) =>
    sightings.map(({ resourceVersion, type, key }) => `${resourceVersion} ${type} ${key}`),
  );
  if (first === undefined) return [];
  return others.flatMap((other) => {
    const at = first.findIndex((line, index) => line !== other[index]);
    if (at === -1 && other.length === first.length) return [];
    return [
      `two watchers differ at event ${at}: ${first[at]} and ${other[at]} (${first.length}, ${other.length} events)`,
    ];
  });
}
