/** Printed columns of ValidatingWebhookConfigurations: those of mutating ones. */
export { table } from '../mutatingwebhookconfigurations/table.ts';
