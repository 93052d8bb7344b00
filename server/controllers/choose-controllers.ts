/** Which controllers run: --controllers as upstream reads it. */
import type { Controller } from './controller.ts';

/** "*" stands for those that run by default, "-name" takes one away, and a name alone adds it. @throws Error for a name that nobody has */
export function chooseControllers(all: readonly Controller[], list: string): Controller[] {
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  for (const word of words) {
    const name = word.replace(/^-/, '');
    if (name !== '*' && !all.some((each) => isCalled(each, name))) {
      throw new Error(
        `--controllers: there is no controller ${JSON.stringify(name)}; there are ${all.map((each) => each.name).join(', ')}`,
      );
    }
  }
  return all.filter((each) => {
    const last = words.findLast((word) => isCalled(each, word.replace(/^-/, '')));
    if (last !== undefined) return !last.startsWith('-');
    return words.includes('*') && each.offByDefault !== true;
  });
}

function isCalled({ name, alias }: Controller, word: string): boolean {
  return word === name || word === alias;
}
