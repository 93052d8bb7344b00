/** AlwaysAdmit and AlwaysDeny: one answer to every write; for tests, as upstream's. */
import type { AdmissionPlugin } from './admission.ts';
import { refusal } from './refusal.ts';

export const alwaysAdmit: AdmissionPlugin = { name: 'AlwaysAdmit' };

export const alwaysDeny: AdmissionPlugin = {
  name: 'AlwaysDeny',
  mutate(attributes) {
    throw refusal(attributes, 'admission control is denying all modifications');
  },
  validate(attributes) {
    throw refusal(attributes, 'admission control is denying all modifications');
  },
};
