import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid } from '../field-error.ts';
import { root } from '../field-path.ts';
import { int, obj, optInt } from '../fields.ts';
import { checkCoreMetadataUpdate, checkNonNegative } from '../metadata.ts';

/** What must hold between the counts of a controller's status. */
interface StatusRules {
  /** Counts that may not be negative, in upstream's order. */
  readonly counts: readonly string[];
  /** Counts that may not exceed `status.replicas`. */
  readonly withinReplicas: readonly string[];
  /** The detail when more is available than ready; absent: not checked. */
  readonly availableWithinReady?: string;
  readonly collisions: boolean;
}

const RULES: Readonly<Record<string, StatusRules>> = {
  Deployment: {
    counts: [
      'observedGeneration',
      'replicas',
      'updatedReplicas',
      'readyReplicas',
      'availableReplicas',
      'unavailableReplicas',
      'terminatingReplicas',
      'collisionCount',
    ],
    withinReplicas: ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
    availableWithinReady: 'cannot be greater than readyReplicas',
    collisions: true,
  },
  ReplicaSet: {
    counts: [
      'replicas',
      'fullyLabeledReplicas',
      'readyReplicas',
      'availableReplicas',
      'observedGeneration',
      'terminatingReplicas',
    ],
    withinReplicas: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    availableWithinReady: 'cannot be greater than readyReplicas',
    collisions: false,
  },
  ReplicationController: {
    counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
    withinReplicas: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    availableWithinReady: 'cannot be greater than readyReplicas',
    collisions: false,
  },
  StatefulSet: {
    counts: [
      'replicas',
      'readyReplicas',
      'currentReplicas',
      'updatedReplicas',
      'availableReplicas',
      'observedGeneration',
      'collisionCount',
    ],
    withinReplicas: ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    availableWithinReady: 'cannot be greater than status.readyReplicas',
    collisions: true,
  },
  DaemonSet: {
    counts: [
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
      'observedGeneration',
      'updatedNumberScheduled',
      'numberAvailable',
      'numberUnavailable',
      'collisionCount',
    ],
    withinReplicas: [],
    collisions: true,
  },
  HorizontalPodAutoscaler: { counts: ['currentReplicas', 'desiredReplicas'], withinReplicas: [], collisions: false },
};

/** The check of a controller's status update. Upstream: the `Validate…StatusUpdate` of apps, core and autoscaling. */
export function statusCheck(kind: string): (object: JsonObject, old: JsonObject) => FieldError[] {
  const rules = RULES[kind];
  return (object, old) => {
    const metadata = checkCoreMetadataUpdate(object, old);
    const counts = rules === undefined ? [] : checkCounts(object, old, rules);
    return kind === 'StatefulSet' ? [...counts, ...metadata] : [...metadata, ...counts];
  };
}

function checkCounts(object: JsonObject, old: JsonObject, rules: StatusRules): FieldError[] {
  const status = obj(object, 'status');
  const at = root('status');
  const errors = rules.counts.flatMap((key) => checkNonNegative(at.child(key), optInt(status, key)));
  for (const key of rules.withinReplicas) {
    const value = int(status, key);
    if (value <= int(status, 'replicas')) continue;
    errors.push(invalid(at.child(key), value, 'cannot be greater than status.replicas'));
  }
  const available = int(status, 'availableReplicas');
  if (rules.availableWithinReady !== undefined && available > int(status, 'readyReplicas')) {
    errors.push(invalid(at.child('availableReplicas'), available, rules.availableWithinReady));
  }
  const [now, then] = [optInt(status, 'collisionCount'), optInt(obj(old, 'status'), 'collisionCount')];
  if (rules.collisions && then !== undefined && (now === undefined || now < then)) {
    errors.push(invalid(at.child('collisionCount'), now ?? 0n, 'cannot be decremented'));
  }
  return errors;
}
