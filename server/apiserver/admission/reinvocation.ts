/**
 * The second round of the mutating plugins: once one of the dynamic ones has changed an object, all plugins run again, and of
 * webhooks and policies those that want it and came before the change.
 */
export interface Reinvocation {
  /** This is the second round. */
  isReinvoked: boolean;
  /** There has to be one. */
  isRequested: boolean;
  /** By plugin. */
  readonly rounds: Map<string, Round>;
}

export function newReinvocation(): Reinvocation {
  return { isReinvoked: false, isRequested: false, rounds: new Map() };
}

/** What one plugin remembers between the rounds of a request. */
export class Round {
  /** The object as the plugin left it, as JSON. */
  #left: string | undefined;
  /** Ids of those that would run again after a later change. */
  readonly #eligible = new Set<string>();
  readonly #again = new Set<string>();

  /** True where the other plugins have changed the object since. */
  isChangedSince(object: unknown): boolean {
    return this.#left !== textOf(object);
  }

  leave(object: unknown): void {
    this.#left = textOf(object);
  }

  /** May run again after the next change. */
  addEligible(id: string): void {
    this.#eligible.add(id);
  }

  /** There was a change: those before it run again. */
  require(): void {
    for (const id of this.#eligible) this.#again.add(id);
    this.#eligible.clear();
  }

  runsAgain(id: string): boolean {
    return this.#again.has(id);
  }
}

export function roundOf(reinvocation: Reinvocation, plugin: string): Round {
  let round = reinvocation.rounds.get(plugin);
  if (round === undefined) reinvocation.rounds.set(plugin, (round = new Round()));
  return round;
}

function textOf(object: unknown): string {
  return JSON.stringify(object) ?? '';
}
