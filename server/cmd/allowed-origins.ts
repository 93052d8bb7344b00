/** --cors-allowed-origins, read before anything starts. */
import { compileRe2, type Re2 } from '../apimachinery/regex/re2.ts';
import { type PorticoOptions, splitList } from './options.ts';

/** @throws Error that names the flag and the pattern */
export function allowedOrigins({ corsAllowedOrigins }: PorticoOptions): Re2[] {
  return splitList(corsAllowedOrigins).map((pattern) => {
    try {
      return compileRe2(pattern);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`--cors-allowed-origins ${pattern}: ${why}`, { cause: error });
    }
  });
}
