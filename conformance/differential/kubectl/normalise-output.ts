/** Takes out of what kubectl prints what legitimately differs: times, ages, identifiers, revisions, addresses, widths of columns. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const RFC3339 = /\b20(?:2[6-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| [+-]\d{4}(?: UTC)?)/g;
const RFC1123 = /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g;
const AGE = /(?<![\w.=:-])(?:<invalid>|\d+s|\d+m\d+s|\d+m(?=\s|$))(?![\w.])/g;
const REVISION = /(resourceVersion\\?"?: ?\\?"?|Resource Version: +|resource version to be \d+, was )\d+/g;
const CLUSTER_ADDRESS = /\b10\.\d+\.\d+\.\d+\b(?!\/)/g;
const NODE_PORT = /(^|:| )3[0-2]\d{3}(?=\/|\s|$)/gm;
/** Portico writes the revision first. */
const FIRST_REVISION =
  /"metadata":\{("resourceVersion":"[^"]*"),((?:"(?!resourceVersion)[^"]+":(?:"[^"]*"|\{\}),?)*?"uid":"[^"]*")/g;
const GENERATED = /(?<=-)[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w-])/g;
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const TEMPORARY_FILE = /\/tmp\/[\w./-]+/g;
/** klog: "E1127 23:40:16.123456   12345 file.go:12]". */
const LOG_PREFIX = /^[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm;

export function normaliseOutput(text: string, { namespace, server }: { namespace: string; server: string }): string {
  return text
    .replaceAll(namespace, '{ns}')
    .replaceAll(new URL(server).host, '{server}')
    .replaceAll(`${new URL(server).port}/TCP`, '{server port}/TCP')
    .replaceAll(`targetPort: ${new URL(server).port}`, 'targetPort: {server port}')
    .replace(LOG_PREFIX, '')
    .replace(TEMPORARY_FILE, '{file}')
    .replace(TOKEN, '{token}')
    .replace(UUID, '{uuid}')
    .replace(RFC3339, '{time}')
    .replace(RFC1123, '{time}')
    .replace(REVISION, '$1{revision}')
    .replace(FIRST_REVISION, '"metadata":{$2,$1')
    .replace(CLUSTER_ADDRESS, '{address}')
    .replace(NODE_PORT, '$1{port}')
    .replace(GENERATED, '{generated}')
    .replace(AGE, '{age}')
    .replace(/(?<=\S) {2,}/g, '  ')
    .replace(/(?<=\S) +$/gm, '');
}
