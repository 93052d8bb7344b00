/**
 * YAML bodies to JSON as upstream reads them: the first document, YAML 1.1 scalars, keys as text, merge keys, aliases
 * within bounds. Integers keep every digit.
 */
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { goQuote } from '../errors/field-error.ts';
import { isRawJson, type JsonObject, type JsonValue, rawJson } from '../json.ts';
import { goFloat32 } from './go-float.ts';
import { type ResolvedScalar, resolvePlainScalar } from './resolve-scalar.ts';
import { isFlowIndentation, toYamlError, YamlError } from './yaml-error.ts';

export interface DecodedYaml {
  readonly value: JsonValue;
  /** Keys that came twice, as strict decoding reports them ('line 4: key "metadata" already set in map'); the last won. */
  readonly duplicates: readonly string[];
}

/** Nested collections; upstream's scanner stops here too. */
export const MAX_YAML_DEPTH = 10_000;
/** Lines of flow collections that may stand further left than their key. */
const MAX_INDENTED_LINES = 100;
const FLOW_INDENTATION = ' '.repeat(64);
const CONTROL_CHARACTERS = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const TAG_PREFIX = 'tag:yaml.org,2002:';

/** Throws YamlError. An empty text is null. */
export function decodeYaml(source: string): DecodedYaml {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  if (CONTROL_CHARACTERS.test(text)) throw new YamlError('yaml: control characters are not allowed');
  try {
    return new YamlDecoding(text).decode();
  } catch (error) {
    // The parser recurses: only a body that is nested absurdly deep gets here.
    if (error instanceof RangeError) throw new YamlError(`yaml: exceeded max depth of ${MAX_YAML_DEPTH}`);
    throw error;
  }
}

class YamlDecoding {
  private readonly text: string;
  private readonly lines = new LineCounter();
  private readonly duplicates: string[] = [];
  private readonly anchors = new Map<string, Node>();
  /** Nodes above the current one: an alias to one of them would never end. */
  private readonly open = new Set<Node>();
  private nodes = 0;
  private aliasedNodes = 0;
  private aliasDepth = 0;

  constructor(text: string) {
    this.text = text;
  }

  decode(): DecodedYaml {
    const document = parseFirstDocument(this.text, this.lines);
    if (document === undefined || document.contents === null) return { value: null, duplicates: [] };
    return { value: this.convert(document.contents), duplicates: this.duplicates };
  }

  private convert(node: Node | null): JsonValue {
    if (node === null) return null;
    this.count();
    if (isAlias(node)) return this.convertAlias(node.source);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return jsonOf(this.resolve(node));
    if (this.open.size >= MAX_YAML_DEPTH) throw new YamlError(`yaml: exceeded max depth of ${MAX_YAML_DEPTH}`);
    this.open.add(node);
    let value: JsonValue = null;
    if (isSeq(node)) value = node.items.map((item) => this.convert(item as Node | null));
    else if (isMap(node)) value = this.convertMap(node);
    this.open.delete(node);
    return value;
  }

  /** The bounds of the Go library: the larger a document, the smaller the share of it that aliases may make up. */
  private count(): void {
    this.nodes++;
    if (this.aliasDepth > 0) this.aliasedNodes++;
    if (this.aliasedNodes <= 100 || this.nodes <= 1000) return;
    const growth = Math.min(1, Math.max(0, (this.nodes - 400_000) / 3_600_000));
    if (this.aliasedNodes / this.nodes > 0.99 - 0.89 * growth) {
      throw new YamlError('yaml: document contains excessive aliasing');
    }
  }

  private convertAlias(name: string): JsonValue {
    const target = this.anchors.get(name);
    if (target === undefined) throw new YamlError(`yaml: unknown anchor '${name}' referenced`);
    if (this.open.has(target)) throw new YamlError(`yaml: anchor '${name}' value contains itself`);
    this.aliasDepth++;
    const value = this.convert(target);
    this.aliasDepth--;
    return value;
  }

  private convertMap(node: YAMLMap): JsonObject {
    const entries = new Map<string, JsonValue>();
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const value = pair.value as Node | null;
      if (isScalar(key) && isMergeKey(key)) {
        this.merge(value, entries);
        continue;
      }
      const name = this.keyOf(key);
      const converted = this.convert(value);
      if (entries.has(name)) {
        const at = this.lines.linePos((value ?? key)?.range?.[0] ?? 0).line;
        this.duplicates.push(`line ${at}: key ${JSON.stringify(name)} already set in map`);
      }
      entries.set(name, converted);
    }
    return Object.fromEntries(entries);
  }

  private merge(value: Node | null, entries: Map<string, JsonValue>): void {
    const sources = isSeq(value) ? value.items.toReversed() : [value];
    for (const source of sources) {
      const target = isAlias(source) ? this.anchors.get(source.source) : source;
      if (isAlias(source) && target === undefined) this.convertAlias(source.source);
      if (!isMap(target)) throw new YamlError('yaml: map merge requires map or sequence of maps as the value');
      const merged = this.convert(source as Node) as JsonObject;
      for (const key of Object.keys(merged)) entries.set(key, merged[key] ?? null);
    }
  }

  private keyOf(key: Node | null): string {
    const node = isAlias(key) ? (this.anchors.get(key.source) ?? key) : key;
    if (!isScalar(node)) {
      if (node === null) throw new YamlError('unsupported map key of type: %!s(<nil>), key: <nil>');
      const value = this.convert(node);
      throw new YamlError(`yaml: invalid map key: ${goSyntax(value)}`);
    }
    this.count();
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    const resolved = this.resolve(node);
    switch (resolved.kind) {
      case 'null':
        throw new YamlError('unsupported map key of type: %!s(<nil>), key: <nil>');
      case 'float':
        return goFloat32(resolved.value);
      case 'int':
      case 'bool':
        return String(resolved.value);
      default:
        return resolved.value;
    }
  }

  private resolve(node: Scalar): ResolvedScalar {
    const text = node.source ?? '';
    const tag = node.tag?.startsWith(TAG_PREFIX) ? node.tag.slice(TAG_PREFIX.length) : node.tag;
    if (tag === undefined) return node.type === 'PLAIN' ? resolvePlainScalar(text) : { kind: 'str', value: text };
    if (tag === 'binary') return { kind: 'str', value: decodeBinary(text) };
    if (!['str', 'bool', 'int', 'float', 'null', 'timestamp'].includes(tag)) return { kind: 'str', value: text };
    if (tag === 'str') return { kind: 'str', value: text };
    const resolved = resolvePlainScalar(text);
    if (resolved.kind === tag) return resolved;
    if (tag === 'float' && resolved.kind === 'int') return { kind: 'float', value: Number(resolved.value) };
    throw new YamlError(`yaml: cannot decode !!${resolved.kind} \`${text}\` as a !!${tag}`);
  }
}

function parseFirstDocument(source: string, lines: LineCounter): Document | undefined {
  let text = source;
  for (let attempt = 0; ; attempt++) {
    // Only the syntax is the library's: the failsafe schema leaves every scalar as text, to be resolved here.
    const composer = new Composer({
      schema: 'failsafe',
      version: '1.1',
      uniqueKeys: false,
      strict: false,
      merge: false,
    });
    const tokens = new Parser(attempt === 0 ? lines.addNewLine : undefined).parse(text);
    const [document] = composer.compose(tokens, true, text.length);
    const error = document?.errors[0] ?? document?.warnings.find((warning) => warning.code === 'BAD_DIRECTIVE');
    if (error === undefined) return document;
    if (!isFlowIndentation(error) || attempt >= MAX_INDENTED_LINES) throw toYamlError(error, source);
    text = indentLineAt(text, error.pos[0]);
  }
}

/** Spaces inside a flow collection mean nothing: they only make the parser see that the collection goes on. */
function indentLineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(0, start) + FLOW_INDENTATION + text.slice(start);
}

function isMergeKey(key: Scalar): boolean {
  return key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined;
}

function jsonOf(resolved: ResolvedScalar): JsonValue {
  if (resolved.kind === 'int') {
    const value = Number(resolved.value);
    return Number.isSafeInteger(value) ? value : rawJson(resolved.value.toString());
  }
  if (resolved.kind !== 'float' || Number.isFinite(resolved.value)) return resolved.value;
  const shown = Number.isNaN(resolved.value) ? 'NaN' : resolved.value > 0 ? '+Inf' : '-Inf';
  throw new YamlError(`json: unsupported value: ${shown}`);
}

function decodeBinary(text: string): string {
  const compact = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw new YamlError('yaml: !!binary value contains invalid base64 data');
  }
  return Buffer.from(compact, 'base64').toString();
}

/** fmt's %#v. */
function goSyntax(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value !== 'object') return String(value);
  if (isRawJson(value)) return value.rawJSON;
  const pairs = Object.keys(value).map((key) => `${goQuote(key)}:${goSyntax(value[key])}`);
  return `map[interface {}]interface {}{${pairs.join(', ')}}`;
}
