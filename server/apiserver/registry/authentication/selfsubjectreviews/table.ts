/** Printed columns of SelfSubjectReviews: never listed, and upstream answers a create as an object only. */
export { defaultTable as table } from '../../generic/table/metadata-columns.ts';
