/** Flags of encryption at rest. Source of names and defaults: kube-apiserver 1.36's flags. */
import type { FlagDefinition } from './flag-definition.ts';
import { trueOrFalse } from './flag-values.ts';

export const encryptionFlags: readonly FlagDefinition[] = [
  {
    option: 'encryptionProviderConfig',
    flag: '--encryption-provider-config <file>',
    help: 'an EncryptionConfiguration: how the values of which resources are encrypted in the store',
  },
  {
    option: 'encryptionProviderConfigAutomaticReload',
    flag: '--encryption-provider-config-automatic-reload <bool>',
    help: 'the file is read again when it changes',
    parse: trueOrFalse,
    default: 'false',
  },
];
