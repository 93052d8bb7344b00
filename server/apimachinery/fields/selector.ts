/** Field selectors: "metadata.name=a,status.phase!=Running", with \, \= and \\ escaped in values. */
import { newBadRequest } from '../errors/status-error.ts';

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Gives the value of a selectable field of an object; '' where it is unset. */
export type FieldGetter = (field: string) => string;

/**
 * Maps a requirement to what the resource knows, for example an old label to a new one; undefined drops the requirement
 * (as a field and a value that are both empty do).
 * Throws a 400 where the resource does not know the field.
 */
export type FieldTransform = (field: string, value: string) => { field: string; value: string } | undefined;

export class FieldSelector {
  /** All must hold. An index may answer the '=' ones and leave the rest to matches(). */
  readonly requirements: readonly FieldRequirement[];

  constructor(requirements: readonly FieldRequirement[]) {
    this.requirements = requirements;
  }

  get isEmpty(): boolean {
    return this.requirements.length === 0;
  }

  matches(get: FieldGetter): boolean {
    for (const requirement of this.requirements) {
      if ((get(requirement.field) === requirement.value) !== (requirement.operator === '=')) return false;
    }
    return true;
  }

  /** The value that `field` must have, if the selector says so. */
  requiredValue(field: string): string | undefined {
    return this.requirements.find((candidate) => candidate.field === field && candidate.operator === '=')?.value;
  }

  transform(transform: FieldTransform): FieldSelector {
    const requirements = this.requirements.flatMap(({ field, operator, value }) => {
      const result = transform(field, value);
      if (result === undefined || (result.field === '' && result.value === '')) return [];
      return [{ field: result.field, operator, value: result.value }];
    });
    return requirements.length === 0 ? everythingFieldSelector : new FieldSelector(requirements);
  }

  toString(): string {
    return this.requirements
      .map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`)
      .join(',');
  }
}

export const everythingFieldSelector: FieldSelector = new FieldSelector([]);

/** Parses `?fieldSelector=`, giving each requirement to `transform`; throws the 400 that kube-apiserver answers. */
export function parseFieldSelector(text: string, transform?: FieldTransform): FieldSelector {
  const requirements = splitTerms(text)
    .sort()
    .filter((term) => term !== '')
    .map((term) => parseTerm(text, term));
  return new FieldSelector(requirements).transform(transform ?? ((field, value) => ({ field, value })));
}

export function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&');
}

/** Cuts at commas that no backslash stands before. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === '\\') index++;
    else if (char === ',') {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

/** The first operator splits: fields have no escapes. */
const OPERATOR = /!=|==|=/;

function parseTerm(selector: string, term: string): FieldRequirement {
  const match = OPERATOR.exec(term);
  if (match === null) throw newBadRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  const value = unescapeFieldValue(term.slice(match.index + match[0].length));
  return { field: term.slice(0, match.index), operator: match[0] === '!=' ? '!=' : '=', value };
}

function unescapeFieldValue(value: string): string {
  return value.replace(/\\(.?)|([,=])/gsu, (_, escaped: string | undefined, bare: string | undefined) => {
    if (bare !== undefined) {
      // Upstream prints the code of the character.
      throw newBadRequest(`invalid field selector: unescaped character in value: ${bare.charCodeAt(0)}`);
    }
    if (escaped === undefined || !['\\', ',', '='].includes(escaped)) {
      throw newBadRequest(`invalid field selector: invalid escape sequence: \\${escaped ?? ''}`);
    }
    return escaped;
  });
}
