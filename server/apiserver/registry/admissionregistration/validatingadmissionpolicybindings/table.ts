/** Printed columns of ValidatingAdmissionPolicyBindings: those of mutating ones. */
export { table } from '../mutatingadmissionpolicybindings/table.ts';
