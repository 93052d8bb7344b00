/** Which plugins of a profile act at which extension points: upstream's defaults, and what a configuration turns on and off. */
import {
  type ExtensionPoint,
  extensionPoints,
  type PluginChoice,
  type PluginSet,
  type ProfileSettings,
} from '../profile-settings.ts';

export interface ChosenPlugin {
  readonly name: string;
  /** Of its scores. */
  readonly weight: number;
  readonly points: ReadonlySet<ExtensionPoint>;
}

const none: PluginSet = { enabled: [], disabled: [] };

/** Go's names of the interfaces, as messages have them. */
const interfaceNames: Readonly<Record<ExtensionPoint, string>> = {
  preEnqueue: 'PreEnqueuePlugin',
  queueSort: 'QueueSortPlugin',
  preFilter: 'PreFilterPlugin',
  filter: 'FilterPlugin',
  postFilter: 'PostFilterPlugin',
  preScore: 'PreScorePlugin',
  score: 'ScorePlugin',
  reserve: 'ReservePlugin',
  permit: 'PermitPlugin',
  preBind: 'PreBindPlugin',
  bind: 'BindPlugin',
  postBind: 'PostBindPlugin',
};

export interface AvailablePlugins {
  /** In order, with their weights: what multiPoint enables by default. */
  readonly defaults: readonly PluginChoice[];
  /** At which points a plugin can act; undefined: there is none of that name. */
  pointsOf(name: string): ReadonlySet<ExtensionPoint> | undefined;
}

/** @throws Error as upstream's framework words it */
export function choosePlugins(
  { plugins, schedulerName }: ProfileSettings,
  available: AvailablePlugins,
): ChosenPlugin[] {
  const multiPoint = merge(available.defaults, plugins.multiPoint ?? none);
  const first = extensionPoints.map((point) => [point, plugins[point] ?? none] as const);
  for (const [point, { enabled }] of first) checkEnabled(point, enabled, available);
  const unknown = multiPoint.find(({ name }) => available.pointsOf(name) === undefined);
  if (unknown !== undefined) throw new Error(`PreFilterPlugin ${JSON.stringify(unknown.name)} does not exist`);
  const points = new Map<string, Set<ExtensionPoint>>();
  const weights = new Map<string, number>();
  for (const [point, set] of first) {
    for (const { name, weight } of enabledAt(point, set, { multiPoint, available })) {
      points.set(name, (points.get(name) ?? new Set<ExtensionPoint>()).add(point));
      if (point === 'score') weights.set(name, weight);
    }
  }
  const chosen = [...points].map(([name, at]) => ({ name, points: at, weight: weights.get(name) || 1 }));
  const count = (point: ExtensionPoint) => chosen.filter((each) => each.points.has(point)).length;
  if (count('queueSort') !== 1) {
    throw new Error(
      `only one queue sort plugin required for profile with scheduler name ${JSON.stringify(schedulerName)}, but got ${count('queueSort')}`,
    );
  }
  if (count('bind') === 0) {
    throw new Error(
      `at least one bind plugin is needed for profile with scheduler name ${JSON.stringify(schedulerName)}`,
    );
  }
  return inOrder(chosen, multiPoint, plugins);
}

/** Defaults keep their places; what is enabled anew comes after them. */
function merge(defaults: readonly PluginChoice[], { enabled, disabled }: PluginSet): PluginChoice[] {
  const kept = disabled.includes('*') ? [] : defaults.filter(({ name }) => !disabled.includes(name));
  const replaced = kept.map((each) => enabled.find(({ name }) => name === each.name) ?? each);
  return [...replaced, ...enabled.filter((choice) => !replaced.includes(choice))];
}

interface Choices {
  readonly multiPoint: readonly PluginChoice[];
  readonly available: AvailablePlugins;
}

function checkEnabled(point: ExtensionPoint, enabled: readonly PluginChoice[], available: AvailablePlugins): void {
  const type = interfaceNames[point];
  for (const [index, { name }] of enabled.entries()) {
    const [quoted, points] = [JSON.stringify(name), available.pointsOf(name)];
    if (points === undefined) throw new Error(`${type} ${quoted} does not exist`);
    if (!points.has(point)) throw new Error(`plugin ${quoted} does not extend ${type} plugin`);
    const isRepeated = enabled.slice(0, index).some((other) => other.name === name);
    if (isRepeated) throw new Error(`plugin ${quoted} already registered as ${JSON.stringify(type)}`);
  }
}

function enabledAt(
  point: ExtensionPoint,
  { enabled, disabled }: PluginSet,
  { multiPoint, available }: Choices,
): PluginChoice[] {
  if (disabled.includes('*')) return [...enabled];
  const implied = multiPoint.filter(
    ({ name }) =>
      available.pointsOf(name)?.has(point) === true &&
      !disabled.includes(name) &&
      !enabled.some((choice) => choice.name === name),
  );
  return [...enabled, ...implied];
}

/** Those named at filter first, as upstream asks them; then as in multiPoint; then the rest. */
function inOrder(
  chosen: readonly ChosenPlugin[],
  multiPoint: readonly PluginChoice[],
  plugins: ProfileSettings['plugins'],
): ChosenPlugin[] {
  const overridden = (plugins.filter?.enabled ?? []).filter(({ name }) =>
    multiPoint.some((each) => each.name === name),
  );
  const names = [...overridden, ...multiPoint].map(({ name }) => name);
  const placeOf = ({ name }: ChosenPlugin) => (names.includes(name) ? names.indexOf(name) : names.length);
  return chosen.toSorted((a, b) => placeOf(a) - placeOf(b));
}
