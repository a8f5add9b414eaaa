import type { JsonObject } from '../../model/json.ts';
import type { ValidateContext } from './context.ts';
import type { FieldError } from './field-error.ts';
import { checkPodCreate } from './pod/pod.ts';
import { checkPodUpdate } from './pod/pod-update.ts';
import {
  checkControllerRevision,
  checkControllerRevisionUpdate,
  checkDaemonSet,
  checkDaemonSetUpdate,
  checkDeployment,
  checkDeploymentUpdate,
  checkReplicaSet,
  checkReplicaSetUpdate,
  checkReplicationController,
  checkReplicationControllerUpdate,
  checkStatefulSet,
  checkStatefulSetUpdate,
} from './workload/apps.ts';
import { checkCronJob, checkCronJobUpdate } from './workload/cron-job.ts';
import { checkJob, checkJobUpdate } from './workload/job.ts';

/** How a kind is validated, beside its general metadata. */
export interface KindRules {
  readonly namespaced: boolean;
  readonly create: (object: JsonObject, context: ValidateContext) => FieldError[];
  readonly update: (object: JsonObject, old: JsonObject, context: ValidateContext) => FieldError[];
}

function namespaced(create: KindRules['create'], update: KindRules['update']): KindRules {
  return { namespaced: true, create, update };
}

/** Built-in kinds by `Kind` or `Kind.group`. */
export const KINDS: Readonly<Record<string, KindRules>> = {
  Pod: namespaced(checkPodCreate, checkPodUpdate),
  ReplicationController: namespaced(checkReplicationController, checkReplicationControllerUpdate),
  'Deployment.apps': namespaced(checkDeployment, checkDeploymentUpdate),
  'ReplicaSet.apps': namespaced(checkReplicaSet, checkReplicaSetUpdate),
  'StatefulSet.apps': namespaced(checkStatefulSet, checkStatefulSetUpdate),
  'DaemonSet.apps': namespaced(checkDaemonSet, checkDaemonSetUpdate),
  'ControllerRevision.apps': namespaced(checkControllerRevision, checkControllerRevisionUpdate),
  'Job.batch': namespaced(checkJob, checkJobUpdate),
  'CronJob.batch': namespaced(checkCronJob, checkCronJobUpdate),
};
