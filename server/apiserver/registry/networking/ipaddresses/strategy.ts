/** Writes of IPAddresses. */
import { validateIpAddressName } from '../../../../apis/networking/address-validation.ts';
import { validateIpAddress, validateIpAddressUpdate } from '../../../../apis/networking/address-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  validateName: validateIpAddressName,
  takesPrefixAsName: true,
  metadataOnUpdate: ['object', validateIpAddress, 'change'],
  validate: validateIpAddress,
  validateUpdate: validateIpAddressUpdate,
};
