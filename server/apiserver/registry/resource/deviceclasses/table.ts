/** Printed columns of DeviceClasses. */
export { nameAndAgeTable as table } from '../../generic/table/metadata-columns.ts';
