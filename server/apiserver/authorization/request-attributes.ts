/** A request as authorizers see it; its selectors are read only where one asks. */
import { type FieldRequirement, parseFieldSelector } from '../../apimachinery/fields/selector.ts';
import { type LabelRequirement } from '../../apimachinery/labels/requirement.ts';
import { parseLabelSelector } from '../../apimachinery/labels/selector.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { ApiContext } from '../request-context.ts';
import type { AuthorizationAttributes, RequestedAction } from './authorizer.ts';

const selectableVerbs = new Set(['list', 'watch', 'deletecollection']);

export class RequestAttributes implements AuthorizationAttributes {
  readonly user: UserInfo;
  readonly info: RequestedAction;
  readonly #query: URLSearchParams | undefined;

  constructor(ctx: ApiContext) {
    this.user = ctx.state.user;
    this.info = ctx.state.info;
    this.#query = ctx.state.query;
  }

  get fieldSelector(): readonly FieldRequirement[] | undefined {
    return this.#read('fieldSelector', (text) => parseFieldSelector(text).requirements);
  }

  get labelSelector(): readonly LabelRequirement[] | undefined {
    return this.#read('labelSelector', (text) => parseLabelSelector(text).requirements);
  }

  /** One that cannot be read narrows nothing. */
  #read<T>(name: string, parse: (text: string) => readonly T[]): readonly T[] | undefined {
    const text = selectableVerbs.has(this.info.verb) ? (this.#query?.get(name) ?? '') : '';
    if (text === '') return undefined;
    try {
      return parse(text);
    } catch {
      return undefined;
    }
  }
}
