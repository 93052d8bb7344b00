/** Writes of DeviceTaintRules: another effect counts as a new taint. */
import {
  validateDeviceTaintRule,
  validateDeviceTaintRuleStatusUpdate,
  validateDeviceTaintRuleUpdate,
} from '../../../../apis/resource/device-taints.ts';
import { asObject } from '../../../../apimachinery/json-access.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import { formatTime } from '../../../../apimachinery/meta/time.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  generation: true,
  returnDeletedObject: true,
  prepareForUpdate(rule, old, context) {
    const { taint } = asObject(rule.spec);
    const before = asObject(asObject(old.spec).taint);
    if (!isJsonObject(taint) || taint.effect === before.effect || taint.timeAdded !== before.timeAdded) return;
    taint.timeAdded = formatTime(context.clock.now());
  },
  validate: validateDeviceTaintRule,
  validateUpdate: validateDeviceTaintRuleUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: 'all',
  validateUpdate: validateDeviceTaintRuleStatusUpdate,
});
