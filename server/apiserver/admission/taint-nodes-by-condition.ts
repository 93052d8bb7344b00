/** TaintNodesByCondition: a new node takes no pods until its conditions have been seen and the taint is lifted. */
import { asObject, asObjects, ensureObject } from '../../apimachinery/json-access.ts';
import type { AdmissionPlugin } from './admission.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  resources: ['nodes'],
  operations: ['CREATE'],
  mutate({ object }) {
    if (object === undefined) return;
    const taints = asObjects(asObject(object.spec).taints);
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return;
    ensureObject(object, 'spec').taints = [...taints, { ...notReady }];
  },
};
