/** Limits of what runs beside requests, in milliseconds; what each means is in docs/limits.md. */

/** Between two looks at the kubernetes service, its ServiceCIDR and its endpoints, and two signs of life of a server. */
export const KUBERNETES_SERVICE_INTERVAL_MS = 10_000;
/** Without a sign of life a server's address is taken out of the endpoints of the kubernetes service. */
export const MASTER_LEASE_MS = 15_000;
/** Between two repairs of claims. */
export const CLAIM_REPAIR_INTERVAL_MS = 180_000;
/** Certificates of authorities stay published for so long after their end. */
export const EXPIRY_SLACK_MS = 300_000;
