/** Which controllers run: --controllers as upstream reads it. */
import type { Controller } from './controller.ts';

/** A controller of upstream's that is not here: lists may take it away, and not ask for it. */
export interface AbsentController extends Pick<Controller, 'name' | 'alias'> {
  readonly why: string;
}

export interface KnownControllers {
  readonly present: readonly Controller[];
  readonly absent: readonly AbsentController[];
}

/** "*" stands for those that run by default, "-name" takes one away, and a name alone adds it. @throws Error for a name that nobody has, or that is not here */
export function chooseControllers({ present, absent }: KnownControllers, list: string): Controller[] {
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  for (const word of words) {
    const name = word.replace(/^-/, '');
    if (name === '*' || present.some((each) => isCalled(each, name))) continue;
    const known = absent.find((each) => isCalled(each, name));
    if (known === undefined) {
      const names = [...present, ...absent].map((each) => each.name).toSorted();
      throw new Error(`--controllers: there is no controller ${JSON.stringify(name)}; there are ${names.join(', ')}`);
    }
    if (name === word) throw new Error(`--controllers: ${known.name} is not here: ${known.why}`);
  }
  return present.filter((each) => {
    const last = words.findLast((word) => isCalled(each, word.replace(/^-/, '')));
    if (last !== undefined) return !last.startsWith('-');
    return words.includes('*') && each.offByDefault !== true;
  });
}

function isCalled({ name, alias }: Pick<Controller, 'name' | 'alias'>, word: string): boolean {
  return word === name || word === alias;
}
