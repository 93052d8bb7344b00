/** Where the groups of custom resources stand in discovery, as their APIServices say. Source: kube-apiserver's crdregistration. */

/** Far below built-in groups. */
export const CUSTOM_GROUP_PRIORITY = 1000;
/** The same for all versions: they stand in the order of their names. */
export const CUSTOM_VERSION_PRIORITY = 100;
