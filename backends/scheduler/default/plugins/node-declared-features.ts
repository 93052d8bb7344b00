/** NodeDeclaredFeatures: what a pod cannot do without, its node must say that it has. */
import type { Plugin } from '../../interface.ts';
import { unresolvable } from '../rejections.ts';

const lacking = unresolvable("node(s) didn't match Pod's required features");

export const nodeDeclaredFeatures: Plugin = {
  name: 'NodeDeclaredFeatures',
  wakesOn: ['node added', 'node features changed'],
  preFilter: ({ requiredFeatures }) => (requiredFeatures.length === 0 ? 'skip' : { state: undefined }),
  filter: ({ requiredFeatures }, { declaredFeatures }) =>
    requiredFeatures.every((feature) => declaredFeatures.has(feature)) ? undefined : lacking,
};
