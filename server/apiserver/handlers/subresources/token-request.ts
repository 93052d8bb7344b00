/** POST …/serviceaccounts/NAME/token: a signed token for the account, bound to an object if the request says so. */
import { type FieldError, invalid } from '../../../apimachinery/errors/field-error.ts';
import { newBadRequest, newConflict, newInvalid, newNotFound } from '../../../apimachinery/errors/status-error.ts';
import { asNumber, asObject, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../apimachinery/meta/time.ts';
import { serviceAccountUserName } from '../../../apimachinery/request/service-account.ts';
import { applyDefaults } from '../../../apimachinery/schema/defaults.ts';
import { validateTokenRequest } from '../../../apis/authentication/validation.ts';
import { createDefaulters } from '../../../apis/defaults.ts';
import type { TokenIssuer } from '../../authentication/service-account/token-issuer.ts';
import { endpoints } from '../../negotiation/endpoint.ts';
import { readBody } from '../../negotiation/read-body.ts';
import { addAuditAnnotation, addWarning } from '../../request-context.ts';
import { answerValue, negotiateValue } from '../answer.ts';
import type { HandlerEnvironment, ResourceHandler } from '../handler-environment.ts';
import { parseWriteQuery } from '../request-options.ts';
import { trackRequest } from '../track-request.ts';
import { admissionAttributes, decodeRequest, settleNamespace, type WriteParts } from '../write-object.ts';

const group = 'authentication.k8s.io';
const kind = 'TokenRequest';
const requestType = 'io.k8s.api.authentication.v1.TokenRequest';
const accounts = { group: '', resource: 'serviceaccounts' };

/** Seconds that the kubelet asks for: old clients that never read their token again go on for a year. */
const transitionExpiration = 3607;
const extendedExpiration = 365 * 24 * 60 * 60;

export const handleTokenRequest: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateValue(ctx, environment, endpoints.tableless);
  const query = parseWriteQuery(ctx, 'CreateOptions');
  const { name, namespace } = ctx.state.info;
  const schema = environment.schemas.struct(requestType);
  const expected = { group, version: 'v1', kind, apiVersion: `${group}/v1`, schema };
  const request = decodeRequest(ctx, environment, await readBody(ctx), expected, query.fieldValidation);
  applyDefaults(schema, request, createDefaulters(environment.clock));
  ctx.state.audit?.addRequestObject(request.metadata, () => request);
  settleNamespace(request, scope, namespace);
  trackRequest({ ctx, environment, expected, fieldManager: query.fieldManager }, request);
  const parts: WriteParts = { ctx, scope, environment, operation: 'CREATE', dryRun: query.dryRun };
  await environment.admission.mutate(admissionAttributes(parts, request, undefined));

  const given = request.metadata.name ?? '';
  if (given !== '' && given !== name) {
    throw refusal(name, [invalid('metadata.name', given, 'must match the service account name if specified')]);
  }
  const account = await environment.objectsOf('', 'serviceaccounts').find(namespace, name);
  if (account === undefined) throw newNotFound(accounts, name);
  settleIdentity(request, account);
  const now = environment.clock.now();
  request.metadata.creationTimestamp = formatTime(now);
  const { issuer } = environment.authentication;
  const spec = asObject(request.spec);
  if (asTexts(spec.audiences).length === 0) spec.audiences = [...issuer.audiences];
  const errors = validateTokenRequest(request);
  if (errors.length > 0) throw refusal('', errors);
  await environment.admission.validate(admissionAttributes(parts, request, undefined));

  const bound = await boundClaims(environment, account, spec.boundObjectRef);
  shorten(spec, issuer, (text) => addWarning(ctx, text));
  const id = environment.random.uuid();
  const token = await issuer.sign(claimsOf({ spec, account, bound, now, issuer, id }));
  if (ctx.state.audit !== undefined) {
    addAuditAnnotation(ctx, 'authentication.kubernetes.io/issued-credential-id', `JTI=${id}`);
  }
  const ends = formatTime(now + asNumber(spec.expirationSeconds) * 1000);
  const value = {
    ...request,
    spec: { ...spec, boundObjectRef: spec.boundObjectRef ?? null },
    status: { token, expirationTimestamp: ends },
  };
  await answerValue(ctx, options, { status: 201, value });
};

function refusal(name: string, errors: readonly FieldError[]): Error {
  return newInvalid({ group, kind }, name, errors);
}

/** Mutates the request. @throws StatusError Conflict where it means an account that is no more */
function settleIdentity({ metadata }: KubeObject, account: KubeObject): void {
  const { name = '', namespace = '', uid = '' } = account.metadata;
  const asked = metadata.uid ?? '';
  if (asked !== '' && asked !== uid) {
    const detail = `the UID in the token request (${asked}) does not match the UID of the service account (${uid})`;
    throw newConflict({ group, resource: kind }, name, detail);
  }
  Object.assign(metadata, { name, namespace, uid });
}

/** Claims about the object that the token lives and dies with. @throws StatusError */
async function boundClaims(
  { objectsOf }: HandlerEnvironment,
  account: KubeObject,
  reference: JsonValue | undefined,
): Promise<JsonObject> {
  if (!isSet(reference)) return {};
  const { name: accountName = '', namespace = '' } = account.metadata;
  const bound = asObject(reference);
  const name = asText(bound.name);
  const boundKind = asText(bound.kind);
  const [boundGroup = '', version = ''] = groupVersionOf(asText(bound.apiVersion));
  const resource = boundGroup === '' ? bindable.get(boundKind) : undefined;
  if (resource === undefined) {
    const shown = `${boundGroup}/${version}, Kind=${boundKind}`;
    throw newBadRequest(`cannot bind token to object of type ${shown}`);
  }
  const object = await objectsOf('', resource).find(resource === 'nodes' ? '' : namespace, name);
  if (object === undefined) throw newNotFound({ group: '', resource }, name);
  const uid = object.metadata.uid ?? '';
  const claims: JsonObject = { [boundKind.toLowerCase()]: { name, uid } };
  if (resource === 'pods') {
    const spec = asObject(object.spec);
    if (asText(spec.serviceAccountName) !== accountName) {
      throw newBadRequest(
        `cannot bind token for serviceaccount ${JSON.stringify(accountName)} to pod running with different serviceaccount name.`,
      );
    }
    const node = asText(spec.nodeName);
    if (node !== '') claims.node = { name: node, ...uidOf(await objectsOf('', 'nodes').find('', node)) };
  }
  const asked = asText(bound.uid);
  if (asked !== '' && asked !== uid) {
    const detail = `the UID in the bound object reference (${asked}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw newConflict({ group: '', resource: boundKind }, name, detail);
  }
  return claims;
}

const bindable: ReadonlyMap<string, string> = new Map([
  ['Pod', 'pods'],
  ['Secret', 'secrets'],
  ['Node', 'nodes'],
]);

function groupVersionOf(apiVersion: string): string[] {
  return apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
}

function uidOf(object: KubeObject | undefined): JsonObject {
  return object === undefined ? {} : { uid: object.metadata.uid };
}

function shorten(spec: JsonObject, { maxExpiration }: TokenIssuer, warn: (text: string) => void): void {
  const asked = asNumber(spec.expirationSeconds);
  if (maxExpiration === undefined || asked <= maxExpiration) return;
  warn(`requested expiration of ${asked} seconds shortened to ${maxExpiration} seconds`);
  spec.expirationSeconds = maxExpiration;
}

interface TokenParts {
  readonly spec: JsonObject;
  readonly account: KubeObject;
  readonly bound: JsonObject;
  readonly now: number;
  readonly issuer: TokenIssuer;
  readonly id: string;
}

function claimsOf({ spec, account, bound, now, issuer, id }: TokenParts): JsonObject {
  const { name = '', namespace = '', uid = '' } = account.metadata;
  const audiences = asTexts(spec.audiences);
  const issued = Math.floor(now / 1000);
  const asked = asNumber(spec.expirationSeconds);
  const isExtended =
    issuer.extendsExpiration &&
    bound.pod !== undefined &&
    asked === transitionExpiration &&
    audiences.every((audience) => issuer.audiences.includes(audience));
  return {
    aud: [...audiences],
    exp: issued + (isExtended ? extendedExpiration : asked),
    iat: issued,
    jti: id,
    'kubernetes.io': {
      namespace,
      ...bound,
      serviceaccount: { name, uid },
      ...(isExtended ? { warnafter: issued + asked } : {}),
    },
    nbf: issued,
    sub: serviceAccountUserName(namespace, name),
  };
}
