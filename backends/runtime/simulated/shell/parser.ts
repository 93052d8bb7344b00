/** From the text of a script to its syntax tree. */
import { Lexer, type Token } from './lexer.ts';
import {
  type Command,
  type List,
  type ListItem,
  type Pipeline,
  type Redirect,
  ShellSyntaxError,
  type Word,
} from './syntax.ts';

const closing = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}']);

/** @throws ShellSyntaxError */
export function parseScript(text: string): List {
  const parser = new Parser(text);
  const list = parser.list();
  parser.expectEnd();
  return list;
}

class Parser {
  readonly #lexer: Lexer;
  #token: Token;

  constructor(text: string) {
    this.#lexer = new Lexer(text, parseScript);
    this.#token = this.#lexer.next();
  }

  list(): List {
    const items: ListItem[] = [];
    let after: ListItem['after'] = ';';
    for (;;) {
      while (this.#isOperator('\n') || (this.#isOperator(';') && items.length > 0)) this.#advance();
      if (!this.#startsCommand()) return items;
      const pipeline = this.#pipeline();
      const isBackground = this.#isOperator('&');
      items.push({ pipeline, after, isBackground });
      after = ';';
      if (this.#isOperator('&&') || this.#isOperator('||')) {
        after = this.#isOperator('&&') ? '&&' : '||';
        this.#advance();
      } else if (isBackground || this.#isOperator(';') || this.#isOperator('\n')) this.#advance();
      else return items;
    }
  }

  expectEnd(): void {
    if (this.#token.type !== 'end') throw this.#unexpected();
  }

  #pipeline(): Pipeline {
    const isNegated = this.#plain() === '!';
    if (isNegated) this.#advance();
    const commands = [this.#command()];
    while (this.#isOperator('|')) {
      this.#advance();
      while (this.#isOperator('\n')) this.#advance();
      commands.push(this.#command());
    }
    return { isNegated, commands };
  }

  #command(): Command {
    if (this.#isOperator('(')) {
      this.#advance();
      const list = this.list();
      this.#expectOperator(')');
      return { type: 'group', list, isSubshell: true, redirects: this.#redirects() };
    }
    switch (this.#plain()) {
      case '{': {
        this.#advance();
        const list = this.list();
        this.#expectWord('}');
        return { type: 'group', list, isSubshell: false, redirects: this.#redirects() };
      }
      case 'if':
        return this.#if();
      case 'while':
      case 'until':
        return this.#while();
      case 'for':
        return this.#for();
      case 'case':
        return this.#case();
      default:
        return this.#simple();
    }
  }

  #if(): Command {
    const branches: { condition: List; body: List }[] = [];
    let otherwise: List = [];
    do {
      this.#advance();
      const condition = this.list();
      this.#expectWord('then');
      branches.push({ condition, body: this.list() });
    } while (this.#plain() === 'elif');
    if (this.#plain() === 'else') {
      this.#advance();
      otherwise = this.list();
    }
    this.#expectWord('fi');
    return { type: 'if', branches, otherwise, redirects: this.#redirects() };
  }

  #while(): Command {
    const until = this.#plain() === 'until';
    this.#advance();
    const condition = this.list();
    const body = this.#doGroup();
    return { type: 'while', condition, until, body, redirects: this.#redirects() };
  }

  #for(): Command {
    this.#advance();
    const name = this.#plain() ?? '';
    this.#advance();
    while (this.#isOperator('\n')) this.#advance();
    let words: Word[] | undefined;
    if (this.#plain() === 'in') {
      this.#advance();
      words = [];
      while (this.#token.type === 'word') words.push(this.#takeWord());
    }
    while (this.#isOperator(';') || this.#isOperator('\n')) this.#advance();
    const body = this.#doGroup();
    return { type: 'for', name, words, body, redirects: this.#redirects() };
  }

  #case(): Command {
    this.#advance();
    const subject = this.#takeWord();
    this.#expectWord('in');
    const cases: { patterns: Word[]; body: List }[] = [];
    for (;;) {
      while (this.#isOperator('\n')) this.#advance();
      if (this.#plain() === 'esac') break;
      if (this.#isOperator('(')) this.#advance();
      const patterns = [this.#takeWord()];
      while (this.#isOperator('|')) {
        this.#advance();
        patterns.push(this.#takeWord());
      }
      this.#expectOperator(')');
      const body = this.list();
      cases.push({ patterns, body });
      if (this.#isOperator(';;')) this.#advance();
    }
    this.#expectWord('esac');
    return { type: 'case', subject, cases, redirects: this.#redirects() };
  }

  #doGroup(): List {
    this.#expectWord('do');
    const body = this.list();
    this.#expectWord('done');
    return body;
  }

  #simple(): Command {
    const assignments: [string, Word][] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      if (this.#token.type === 'redirect') {
        redirects.push(this.#redirect());
        continue;
      }
      if (this.#token.type !== 'word') break;
      const { word, plain } = this.#token;
      const assigned = words.length === 0 ? assignment(word) : undefined;
      if (assigned !== undefined) assignments.push(assigned);
      else words.push(word);
      this.#advance();
      if (words.length === 1 && plain !== undefined && this.#isOperator('(')) {
        this.#advance();
        this.#expectOperator(')');
        while (this.#isOperator('\n')) this.#advance();
        return { type: 'function', name: plain, body: this.#command() };
      }
    }
    if (assignments.length + words.length + redirects.length === 0) throw this.#unexpected();
    return { type: 'simple', assignments, words, redirects };
  }

  #redirects(): Redirect[] {
    const redirects: Redirect[] = [];
    while (this.#token.type === 'redirect') redirects.push(this.#redirect());
    return redirects;
  }

  #redirect(): Redirect {
    if (this.#token.type !== 'redirect') throw this.#unexpected();
    const { from, operator } = this.#token;
    this.#advance();
    return { from, operator, target: this.#takeWord() };
  }

  #startsCommand(): boolean {
    const plain = this.#plain();
    if (plain !== undefined && closing.has(plain)) return false;
    return this.#token.type === 'word' || this.#token.type === 'redirect' || this.#isOperator('(');
  }

  #takeWord(): Word {
    if (this.#token.type !== 'word') throw this.#unexpected();
    const { word } = this.#token;
    this.#advance();
    return word;
  }

  #plain(): string | undefined {
    return this.#token.type === 'word' ? this.#token.plain : undefined;
  }

  #isOperator(text: string): boolean {
    return this.#token.type === 'operator' && this.#token.text === text;
  }

  #expectWord(text: string): void {
    if (this.#plain() !== text) throw this.#unexpected();
    this.#advance();
  }

  #expectOperator(text: string): void {
    if (!this.#isOperator(text)) throw this.#unexpected();
    this.#advance();
  }

  #advance(): void {
    this.#token = this.#lexer.next();
  }

  #unexpected(): ShellSyntaxError {
    const token = this.#token;
    const what =
      token.type === 'end' ? 'end of file' : token.type === 'operator' ? JSON.stringify(token.text) : token.type;
    return new ShellSyntaxError(`syntax error: unexpected ${token.type === 'word' ? (token.plain ?? 'word') : what}`);
  }
}

/** NAME=value, of which the name may not be quoted. */
function assignment(word: Word): [string, Word] | undefined {
  const [first, ...rest] = word;
  if (first?.type !== 'text' || first.isQuoted) return undefined;
  const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(first.text);
  if (match === null) return undefined;
  const [, name = '', text = ''] = match;
  return [name, text === '' ? rest : [{ ...first, text }, ...rest]];
}
