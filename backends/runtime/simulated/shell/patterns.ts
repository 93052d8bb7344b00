/** Patterns of the shell (*, ?, [a-z]) on texts. */
function compile(pattern: string): string {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const set = char === '[' ? /^\[([!^]?)([^\]]+)\]/.exec(pattern.slice(at)) : null;
    if (char === '*') source += '[\\s\\S]*';
    else if (char === '?') source += '[\\s\\S]';
    else if (set !== null) {
      source += `[${set[1] === '' ? '' : '^'}${(set[2] ?? '').replaceAll(/[\\\]]/g, String.raw`\$&`)}]`;
      at += set[0].length - 1;
    } else source += char.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
  }
  return source;
}

export function matchesPattern(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${compile(pattern)})$`).test(text);
}

/** ${name#pattern}, ##, % and %%. */
export function trimPattern(text: string, pattern: string, operator: string): string {
  const isLong = operator.length === 2;
  const ends = Array.from({ length: text.length + 1 }, (_, index) => index);
  if (operator.startsWith('#')) {
    const end = (isLong ? ends.toReversed() : ends).find((at) => matchesPattern(pattern, text.slice(0, at)));
    return end === undefined ? text : text.slice(end);
  }
  const start = (isLong ? ends : ends.toReversed()).find((at) => matchesPattern(pattern, text.slice(at)));
  return start === undefined ? text : text.slice(0, start);
}
