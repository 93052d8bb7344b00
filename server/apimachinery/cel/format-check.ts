/** What is wrong with 'text %d'.format([…]) as far as its text and list are literals: found before anything runs, as cel-go does. */
import type { Expression } from './ast.ts';
import type { Issue } from './cel-error.ts';
import { type CelType, declaredName } from './cel-type.ts';
import { formatProblem } from './functions/strings.ts';

type Kind = CelType['kind'];

const taken: Readonly<Record<string, readonly Kind[]>> = {
  d: ['int', 'uint'],
  // Not a number and infinity may be given as texts.
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  x: ['int', 'uint', 'string', 'bytes'],
  X: ['int', 'uint', 'string', 'bytes'],
  o: ['int', 'uint'],
};
const shown: readonly Kind[] = 'list map int uint double bool string timestamp bytes duration type null'.split(
  ' ',
) as Kind[];

const UNREAD = 'could not parse formatting clause: ';

/** `typeOf`: of each part of the call. */
export function formatIssues(call: Expression, typeOf: (part: Expression) => CelType): Issue[] {
  if (call.kind !== 'call' || call.target?.kind !== 'literal' || typeof call.target.value !== 'string') return [];
  const [list] = call.args;
  if (list?.kind !== 'list') return [];
  const issue = (message: string, { at }: Expression = call): Issue[] => [{ at, message }];
  let next = 0;
  for (const [whole, precision, verb] of call.target.value.matchAll(/%(?:%|(\.\d*)?(.)?)/gsu)) {
    if (whole === '%%') continue;
    if (whole === '%') return issue('unexpected end of string');
    const element = list.elements[next]?.value;
    if (element === undefined) return issue(`index ${next} out of range`);
    next++;
    if (verb === undefined)
      return issue(`${UNREAD}error while parsing precision: could not find end of precision specifier`);
    if (precision === '.') {
      const why = 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax';
      return issue(`${UNREAD}error while parsing precision: ${why}`);
    }
    if (verb !== 's' && !Object.hasOwn(taken, verb)) {
      return issue(`${UNREAD}unrecognized formatting clause "${verb}"`);
    }
    const wrong =
      verb === 's' ? unshown(element, typeOf) : isOf(taken[verb] ?? [], typeOf(element)) ? undefined : element;
    if (wrong !== undefined) return issue(formatProblem(verb, baseName(typeOf(wrong))), wrong);
  }
  const { length } = list.elements;
  return length > next ? issue(`too many arguments supplied to string.format (expected ${next}, got ${length})`) : [];
}

/** The part that has no text, in lists and maps too. */
function unshown(part: Expression, typeOf: (part: Expression) => CelType): Expression | undefined {
  if (!isOf(shown, typeOf(part))) return part;
  const inner =
    part.kind === 'list'
      ? part.elements.map(({ value }) => value)
      : part.kind === 'map'
        ? part.entries.flatMap(({ key, value }) => [key, value])
        : [];
  for (const each of inner) {
    const found = unshown(each, typeOf);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isOf(kinds: readonly Kind[], { kind }: CelType): boolean {
  return kind === 'dyn' || kinds.includes(kind);
}

/** Without what it is a list or map of. */
function baseName(type: CelType): string {
  switch (type.kind) {
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    default:
      return declaredName(type).replace(/\(.*$/s, '');
  }
}
