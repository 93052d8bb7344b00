/** What is wrong with a JSONPath template (`{.spec.replicas}`), in the words in which clients and the API know it. */
import { JsonPathError, parseTemplate } from './parse-json-path.ts';

/** Undefined: it can be read. */
export function templateProblem(template: string): string | undefined {
  try {
    parseTemplate(template);
    return undefined;
  } catch (error) {
    if (error instanceof JsonPathError) return error.message;
    throw error;
  }
}
