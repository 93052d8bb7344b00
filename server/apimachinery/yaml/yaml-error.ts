/** Errors of YAML bodies, in the words of the Go library as far as the causes can be told apart. */
import type { YAMLError } from 'yaml';

/** A body that is not YAML; the message starts with "yaml: " and is the one of kube-apiserver where it can be. */
export class YamlError extends Error {
  override name = 'YamlError';
}

/** Where a problem is: upstream's scanner reports lines counted from one, its parser from zero, and line zero is left out. */
interface Problem {
  readonly text: string;
  readonly by: 'scanner' | 'parser';
  /** Counted from zero. */
  readonly line: number;
}

/** Translates the first error of the parser. */
export function toYamlError(error: YAMLError, source: string): YamlError {
  const { text, by, line } = describe(error, source);
  const shown = by === 'scanner' && line > 0 ? line + 1 : line;
  return new YamlError(`yaml: ${shown === 0 ? '' : `line ${shown}: `}${text}`);
}

/** True for a flow collection that continues less indented than its key: fine for upstream, not for the parser here. */
export function isFlowIndentation(error: YAMLError): boolean {
  return error.code === 'BAD_INDENT' && error.message.includes('sufficiently indented');
}

/** A last line that ends in a plain scalar, as a value, an entry of a list or alone. */
const plainScalarAtEnd = /(?:^|\n)(?:.*[:-]\s+)?[^\s"'[{|>&*!%@`#:-][^#:]*$/;

function describe(error: YAMLError, source: string): Problem {
  const { code, message } = error;
  const start = error.pos[0];
  const line = lineAt(source, start);
  const flowEnd = /end with a ([\]}])/.exec(message)?.[1];
  if (flowEnd !== undefined) {
    // The end of the text counts as a line of its own.
    const isEnd = source.slice(start).trim().length <= 1;
    const endLine = isEnd && !source.slice(start).startsWith(']') && !source.slice(start).startsWith('}');
    const at = endLine ? lineAt(source, source.length) + (source.endsWith('\n') ? 0 : 1) : line;
    // After an opening bracket, a comma or a colon the parser wants something to follow, not an end.
    if (endLine && /[[{,:]\s*$/.test(source))
      return { text: 'did not find expected node content', by: 'parser', line: at };
    return { text: `did not find expected ',' or '${flowEnd}'`, by: 'parser', line: at };
  }
  switch (code) {
    case 'TAB_AS_INDENT':
      // What follows a plain scalar might still belong to it, but for the tab.
      if (plainScalarAtEnd.test(source.slice(0, Math.max(0, source.lastIndexOf('\n', start))).trimEnd())) {
        return { text: 'found a tab character that violates indentation', by: 'scanner', line };
      }
      return { text: 'found character that cannot start any token', by: 'scanner', line };
    case 'BAD_SCALAR_START':
      return { text: 'found character that cannot start any token', by: 'scanner', line };
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const colon = /:(?=\s|$)/.exec(source.slice(start));
      const at = lineAt(source, start + (colon?.index ?? 0));
      return { text: 'mapping values are not allowed in this context', by: 'scanner', line: at };
    }
    case 'BAD_ALIAS':
      return { text: 'did not find expected alphabetic or numeric character', by: 'scanner', line };
    case 'BAD_DIRECTIVE':
      return { text: 'found unknown directive name', by: 'scanner', line };
    case 'BAD_DQ_ESCAPE':
      return { text: 'found unknown escape character', by: 'scanner', line };
    case 'MISSING_CHAR':
    case 'MULTILINE_IMPLICIT_KEY':
      if (message.includes('closing')) {
        return { text: 'found unexpected end of stream', by: 'scanner', line: lineAt(source, source.length) };
      }
      if (/^-\s/.test(source.slice(start))) return { text: 'did not find expected key', by: 'parser', line };
      // Noticed on the line after the one that lacks its colon.
      return { text: "could not find expected ':'", by: 'scanner', line: line + 1 };
    case 'UNEXPECTED_TOKEN':
      return unexpectedToken(message, source, line);
    default:
      return { text: 'did not find expected key', by: 'parser', line };
  }
}

function unexpectedToken(message: string, source: string, line: number): Problem {
  if (message.includes('block-seq-ind')) {
    return { text: 'block sequence entries are not allowed in this context', by: 'scanner', line };
  }
  if (message.includes('flow-seq-end') || message.includes('flow-map-end')) {
    return { text: 'did not find expected node content', by: 'parser', line };
  }
  const inSequence = source.trimStart().startsWith('-');
  return { text: inSequence ? "did not find expected '-' indicator" : 'did not find expected key', by: 'parser', line };
}

function lineAt(source: string, offset: number): number {
  let line = 0;
  for (let at = source.indexOf('\n'); at >= 0 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
