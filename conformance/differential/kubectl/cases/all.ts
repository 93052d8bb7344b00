/** The cases whose output is compared, in the order of a reader: those of the conformance suite come after these. */
import type { Case } from '../../../kubectl/case.ts';
import { accessAndDiscovery } from './access-and-discovery.ts';
import { applying } from './applying.ts';
import { changes } from './changes.ts';
import { customKinds } from './custom-kinds.ts';
import { descriptions } from './descriptions.ts';
import { everyKind } from './every-kind.ts';
import { generators } from './generators.ts';
import { outputForms } from './output-forms.ts';
import { removing } from './removing.ts';
import { states } from './states.ts';

export const comparedCases: readonly Case[] = [
  ...generators,
  ...outputForms,
  ...changes,
  ...applying,
  ...customKinds,
  ...removing,
  ...descriptions,
  ...states,
  ...accessAndDiscovery,
  ...everyKind,
];
