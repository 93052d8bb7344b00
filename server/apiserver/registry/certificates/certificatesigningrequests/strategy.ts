/** Writes of CertificateSigningRequests: the request names its sender itself, its spec never changes, approval is a subresource. */
import {
  validateCertificateSigningRequest,
  validateCertificateSigningRequestApproval,
  validateCertificateSigningRequestStatusUpdate,
  validateCertificateSigningRequestUpdate,
} from '../../../../apis/certificates/certificate-signing-request-validation.ts';
import { asObject, asObjects, asText, isSet } from '../../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../../apimachinery/meta/time.ts';
import type { Strategy, StrategyContext, UpdateStrategy } from '../../generic/resource-definition.ts';
import { keepField, newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', 'change'],
  prepareForCreate(request, { user }) {
    if (!isJsonObject(request.spec)) return;
    const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...spec } = request.spec;
    const extra = Object.entries(user.extra).map(([key, values]): [string, string[]] => [key, [...values]]);
    const signed: JsonObject = {
      ...spec,
      ...(user.name === '' ? {} : { username: user.name }),
      ...(user.uid === '' ? {} : { uid: user.uid }),
      ...(user.groups.length === 0 ? {} : { groups: [...user.groups] }),
      ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
    };
    request.spec = signed;
    request.status = {};
  },
  prepareForUpdate(request, old) {
    keepField(request, old, 'spec');
    keepField(request, old, 'status');
  },
  validateName: () => [],
  validate: validateCertificateSigningRequest,
  validateUpdate: validateCertificateSigningRequestUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  metadataOnUpdate: ['object', 'change'],
  prepare(request, old, context) {
    keepConditions(request, old, 'Approved');
    keepConditions(request, old, 'Denied');
    stampConditions(request, old, context);
  },
  validateUpdate: validateCertificateSigningRequestStatusUpdate,
});

/** Only the conditions pass. */
export const approvalStrategy: UpdateStrategy = {
  metadataOnUpdate: ['object', 'change'],
  prepareForUpdate(request, old, context) {
    stampConditions(request, old, context);
    const { conditions } = asObject(request.status);
    keepField(request, old, 'spec');
    const status = { ...asObject(old.status) };
    if (isSet(conditions)) status.conditions = conditions;
    else delete status.conditions;
    request.status = status;
  },
  validateUpdate: validateCertificateSigningRequestApproval,
};

/** Writers of the status may not touch the verdict; a wrong count is left for validation to refuse. */
function keepConditions(request: KubeObject, old: KubeObject, type: string): void {
  const conditions = [...asObjects(asObject(request.status).conditions)];
  const kept = asObjects(asObject(old.status).conditions).filter((condition) => condition.type === type);
  const places = conditions.flatMap((condition, index) => (condition.type === type ? [index] : []));
  if (kept.length === 0 || kept.length !== places.length) return;
  places.forEach((place, index) => {
    const condition = kept[index];
    if (condition !== undefined) conditions[place] = condition;
  });
  if (isJsonObject(request.status)) request.status.conditions = conditions;
}

function stampConditions(request: KubeObject, old: KubeObject, context: StrategyContext): void {
  const now = formatTime(context.clock.now());
  const before = asObjects(asObject(old.status).conditions);
  for (const condition of asObjects(asObject(request.status).conditions)) {
    if (!isSet(condition.lastUpdateTime)) condition.lastUpdateTime = now;
    if (isSet(condition.lastTransitionTime)) continue;
    condition.lastTransitionTime = before.find((other) => sameState(other, condition))?.lastTransitionTime ?? now;
  }
}

function sameState(a: JsonObject, b: JsonObject): boolean {
  return a.type === b.type && asText(a.status) === asText(b.status) && isSet(a.lastTransitionTime);
}
