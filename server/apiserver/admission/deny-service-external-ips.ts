/** DenyServiceExternalIPs: services keep the external addresses that they have and get no new ones. */
import { asObject, asTexts } from '../../apimachinery/json-access.ts';
import type { AdmissionPlugin } from './admission.ts';
import { refusal } from './refusal.ts';

export const denyServiceExternalIPs: AdmissionPlugin = {
  name: 'DenyServiceExternalIPs',
  resources: ['services'],
  operations: ['CREATE', 'UPDATE'],
  validate(attributes) {
    const { object, old } = attributes;
    const present = asTexts(asObject(old?.spec).externalIPs);
    const added = asTexts(asObject(object?.spec).externalIPs).filter((address) => !present.includes(address));
    if (added.length > 0) throw refusal(attributes, 'Use of external IPs is denied by admission control');
  },
};
