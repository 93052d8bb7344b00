/** Reads TypeScript just well enough to tell code from comments and from the contents of strings. */

export interface SourceText {
  /** Comments blanked out, character for character. */
  readonly withoutComments: string;
  /** Comments and the contents of strings, templates and regular expressions blanked out. */
  readonly code: string;
}

/** After one of these a slash begins a regular expression, after anything else it divides. */
const beforeRegExp =
  /(?:^|[-+*%&|^!~?:;,=<>({[}]|\b(?:return|typeof|case|in|of|do|else|void|delete|await|yield|throw|instanceof))\s*$/;

export function readSourceText(text: string): SourceText {
  const withoutComments = [...Array(text.length).keys()].map((at) => text.charAt(at));
  const code = [...withoutComments];
  const blank = (target: string[], from: number, to: number): void => {
    for (let i = from; i < to; i++) if (text[i] !== '\n') target[i] = ' ';
  };
  /** For each template literal that is open, the braces open inside its present substitution. */
  const templates: number[] = [];
  let at = 0;

  const templateChunk = (): void => {
    const from = at;
    while (at < text.length) {
      if (text[at] === '\\') at += 2;
      else if (text[at] === '`') {
        blank(code, from, at++);
        return;
      } else if (text.startsWith('${', at)) {
        blank(code, from, at);
        at += 2;
        templates.push(0);
        return;
      } else at++;
    }
  };

  while (at < text.length) {
    const character = text.charAt(at);
    if (text.startsWith('//', at) || (at === 0 && text.startsWith('#!'))) {
      const end = text.indexOf('\n', at);
      const to = end < 0 ? text.length : end;
      blank(withoutComments, at, to);
      blank(code, at, to);
      at = to;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      const to = end < 0 ? text.length : end + 2;
      blank(withoutComments, at, to);
      blank(code, at, to);
      at = to;
    } else if (character === "'" || character === '"') {
      const from = ++at;
      while (at < text.length && text[at] !== character && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
      blank(code, from, at++);
    } else if (character === '`') {
      at++;
      templateChunk();
    } else if (character === '{' && templates.length > 0) {
      templates.push((templates.pop() ?? 0) + 1);
      at++;
    } else if (character === '}' && templates.length > 0) {
      const open = templates.pop() ?? 0;
      at++;
      if (open === 0) templateChunk();
      else templates.push(open - 1);
    } else if (character === '/' && beforeRegExp.test(code.slice(Math.max(0, at - 24), at).join(''))) {
      const from = ++at;
      for (let inClass = false; at < text.length && text[at] !== '\n'; at++) {
        if (text[at] === '\\') at++;
        else if (text[at] === '[') inClass = true;
        else if (text[at] === ']') inClass = false;
        else if (text[at] === '/' && !inClass) break;
      }
      blank(code, from, at++);
    } else at++;
  }
  return { withoutComments: withoutComments.join(''), code: code.join('') };
}
