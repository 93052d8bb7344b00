/** From the text of a script to operators and words with their expansions still to be made. */
import { type List, ShellSyntaxError, type Word, type WordPart } from './syntax.ts';

export type Token =
  | {
      readonly type: 'word';
      readonly word: Word /** Without any quotes: it may be a keyword. */;
      readonly plain: string | undefined;
    }
  | { readonly type: 'operator'; readonly text: string }
  | { readonly type: 'redirect'; readonly from: number; readonly operator: '>' | '>>' | '<' | '>&' }
  | { readonly type: 'end' };

const operators = ['&&', '||', ';;', '\n', ';', '&', '|', '(', ')'];
const special = new Set([' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>']);

export class Lexer {
  readonly #text: string;
  readonly #parseList: (text: string) => List;
  #at = 0;

  /** `parseList` reads what stands inside $(…). */
  constructor(text: string, parseList: (text: string) => List) {
    this.#text = text;
    this.#parseList = parseList;
  }

  next(): Token {
    this.#skipBlanks();
    const rest = this.#text.slice(this.#at, this.#at + 2);
    if (rest === '') return { type: 'end' };
    const redirect = /^(\d*)(>>|>&|<|>)/.exec(this.#text.slice(this.#at, this.#at + 8));
    if (redirect !== null) {
      const [whole, from = '', operator = '>'] = redirect;
      this.#at += whole.length;
      const number = from === '' ? (operator === '<' ? 0 : 1) : Number(from);
      return { type: 'redirect', from: number, operator: operator as '>' | '>>' | '<' | '>&' };
    }
    const operator = operators.find((candidate) => rest.startsWith(candidate));
    if (operator !== undefined) {
      this.#at += operator.length;
      return { type: 'operator', text: operator };
    }
    return this.#word();
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === ' ' || char === '\t') this.#at++;
      else if (char === '\\' && this.#text[this.#at + 1] === '\n') this.#at += 2;
      else if (char === '#') while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++;
      else return;
    }
  }

  #word(): Token {
    const parts: WordPart[] = [];
    let plain: string | undefined = '';
    let text = '';
    const flush = () => {
      if (text !== '') parts.push({ type: 'text', text, isQuoted: false });
      text = '';
    };
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || special.has(char)) break;
      if (char === "'" || char === '"' || char === '\\' || char === '$' || char === '`') {
        flush();
        plain = undefined;
        if (char === "'") parts.push({ type: 'text', text: this.#until("'"), isQuoted: true });
        else if (char === '"') this.#quoted(parts);
        else if (char === '\\') {
          parts.push({ type: 'text', text: this.#text[this.#at + 1] ?? '', isQuoted: true });
          this.#at += 2;
        } else parts.push(this.#expansion(false));
        continue;
      }
      text += char;
      if (plain !== undefined) plain += char;
      this.#at++;
    }
    flush();
    return { type: 'word', word: parts, plain };
  }

  /** Stands before the opening mark. */
  #until(mark: string): string {
    const end = this.#text.indexOf(mark, this.#at + 1);
    if (end < 0) throw new ShellSyntaxError(`unterminated ${mark}`);
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inside;
  }

  #quoted(parts: WordPart[]): void {
    this.#at++;
    let text = '';
    const flush = () => {
      parts.push({ type: 'text', text, isQuoted: true });
      text = '';
    };
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new ShellSyntaxError('unterminated "');
      if (char === '"') break;
      if (char === '\\' && '$`"\\\n'.includes(this.#text[this.#at + 1] ?? ' ')) {
        const escaped = this.#text[this.#at + 1] ?? '';
        if (escaped !== '\n') text += escaped;
        this.#at += 2;
      } else if (char === '$' || char === '`') {
        flush();
        parts.push(this.#expansion(true));
      } else {
        text += char;
        this.#at++;
      }
    }
    flush();
    this.#at++;
  }

  #expansion(isQuoted: boolean): WordPart {
    if (this.#text[this.#at] === '`') return { type: 'command', list: this.#parseList(this.#until('`')), isQuoted };
    const rest = this.#text.slice(this.#at);
    if (rest.startsWith('$((')) {
      const inside = this.#balanced(3, '(', ')');
      if (this.#text[this.#at] !== ')') throw new ShellSyntaxError('unterminated $((');
      this.#at++;
      return { type: 'arithmetic', expression: this.#wordOf(inside), isQuoted };
    }
    if (rest.startsWith('$(')) return { type: 'command', list: this.#parseList(this.#balanced(2, '(', ')')), isQuoted };
    if (rest.startsWith('${')) return this.#parameter(this.#balanced(2, '{', '}'), isQuoted);
    const name = /^\$([A-Za-z_]\w*|[0-9?$#@*!])/.exec(rest)?.[1];
    if (name === undefined) {
      this.#at++;
      return { type: 'text', text: '$', isQuoted: true };
    }
    this.#at += name.length + 1;
    return { type: 'parameter', name, operator: '', word: [], isQuoted };
  }

  #parameter(inside: string, isQuoted: boolean): WordPart {
    const length = /^#([A-Za-z_]\w*)$/.exec(inside)?.[1];
    if (length !== undefined) return { type: 'parameter', name: length, operator: '#', word: [], isQuoted };
    const match = /^([A-Za-z_]\w*|[0-9?$#@*!])(?:(:?[-+=?]|%%?|##?)([\s\S]*))?$/.exec(inside);
    if (match === null) throw new ShellSyntaxError(`bad substitution: \${${inside}}`);
    const [, name = '', operator = '', word = ''] = match;
    return { type: 'parameter', name, operator, word: this.#wordOf(word), isQuoted };
  }

  /** What stands up to the closing mark, which is passed; `skip` is the length of the opening. */
  #balanced(skip: number, open: string, close: string): string {
    const start = this.#at + skip;
    let depth = 1;
    let quote = '';
    for (let at = start; at < this.#text.length; at++) {
      const char = this.#text[at] ?? '';
      if (char === '\\') at++;
      else if (quote !== '') quote = char === quote ? '' : quote;
      else if (char === "'" || char === '"') quote = char;
      else if (char === open) depth++;
      else if (char === close && --depth === 0) {
        this.#at = at + 1;
        return this.#text.slice(start, at);
      }
    }
    throw new ShellSyntaxError(`unterminated $${open}`);
  }

  #wordOf(text: string): Word {
    const parts: WordPart[] = [];
    new Lexer(`"${text.replaceAll('"', '\\"')}"`, this.#parseList).#quoted(parts);
    return parts;
  }
}
