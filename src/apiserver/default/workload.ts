import {
  ensureObject,
  isUnset,
  type Mutable,
  mutableCopy,
  objectAt,
  objectAtPath,
  setDefault,
  setNonEmpty,
} from './mutable.ts';

type Defaulter = (target: Mutable) => void;

/** Defaults of controllers. Upstream: defaults.go of pkg/apis/apps/v1, batch/v1, autoscaling/v1 and v2. */
export const WORKLOAD_DEFAULTS: Readonly<Record<string, Defaulter>> = {
  V1Deployment: (deployment) => {
    const spec = ensureObject(deployment, 'spec');
    setDefault(spec, 'replicas', 1n);
    rollingUpdate(ensureObject(spec, 'strategy'), { maxUnavailable: '25%', maxSurge: '25%' });
    setDefault(spec, 'revisionHistoryLimit', 10n);
    setDefault(spec, 'progressDeadlineSeconds', 600n);
  },
  V1DaemonSet: (daemonSet) => {
    const spec = ensureObject(daemonSet, 'spec');
    rollingUpdate(ensureObject(spec, 'updateStrategy'), { maxUnavailable: 1n, maxSurge: 0n });
    setDefault(spec, 'revisionHistoryLimit', 10n);
  },
  V1StatefulSet: defaultStatefulSet,
  V1ReplicaSet: (replicaSet) => setDefault(ensureObject(replicaSet, 'spec'), 'replicas', 1n),
  V1ReplicationController: (controller) => {
    const spec = ensureObject(controller, 'spec');
    const labels = objectAtPath(spec, 'template', 'metadata', 'labels');
    if (labels !== undefined) {
      if (Object.keys(objectAt(spec, 'selector') ?? {}).length === 0) spec['selector'] = mutableCopy(labels);
      const metadata = ensureObject(controller, 'metadata');
      if (Object.keys(objectAt(metadata, 'labels') ?? {}).length === 0) metadata['labels'] = labels;
    }
    setDefault(spec, 'replicas', 1n);
  },
  V1Job: defaultJob,
  V1CronJob: (cronJob) => {
    const spec = ensureObject(cronJob, 'spec');
    setDefault(spec, 'concurrencyPolicy', 'Allow');
    setDefault(spec, 'suspend', false);
    setDefault(spec, 'successfulJobsHistoryLimit', 3n);
    setDefault(spec, 'failedJobsHistoryLimit', 1n);
  },
  V1PodFailurePolicyOnPodConditionsPattern: (pattern) => setNonEmpty(pattern, 'status', 'True'),
  V1HorizontalPodAutoscaler: (scaler) => setDefault(ensureObject(scaler, 'spec'), 'minReplicas', 1n),
  V2HorizontalPodAutoscaler: defaultAutoscaler,
};

function rollingUpdate(strategy: Mutable, defaults: Mutable): void {
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] !== 'RollingUpdate') return;
  const rolling = ensureObject(strategy, 'rollingUpdate');
  for (const key of Object.keys(defaults)) setDefault(rolling, key, defaults[key] ?? null);
}

function defaultStatefulSet(set: Mutable): void {
  const spec = ensureObject(set, 'spec');
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = ensureObject(spec, 'updateStrategy');
  if (isUnset(strategy, 'type')) {
    strategy['type'] = 'RollingUpdate';
    setDefault(strategy, 'rollingUpdate', {});
  }
  const rolling = objectAt(strategy, 'rollingUpdate');
  if (strategy['type'] === 'RollingUpdate' && rolling !== undefined) setDefault(rolling, 'partition', 0n);
  const retention = ensureObject(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefault(retention, 'whenDeleted', 'Retain');
  setDefault(retention, 'whenScaled', 'Retain');
  setDefault(spec, 'replicas', 1n);
  setDefault(spec, 'revisionHistoryLimit', 10n);
}

const INT32_MAX = 2147483647n;

function defaultJob(job: Mutable): void {
  const spec = ensureObject(job, 'spec');
  if (isUnset(spec, 'completions') && isUnset(spec, 'parallelism')) spec['completions'] = 1n;
  setDefault(spec, 'parallelism', 1n);
  setDefault(spec, 'backoffLimit', isUnset(spec, 'backoffLimitPerIndex') ? 6n : INT32_MAX);
  const labels = objectAtPath(spec, 'template', 'metadata', 'labels');
  const metadata = ensureObject(job, 'metadata');
  if (labels !== undefined && Object.keys(objectAt(metadata, 'labels') ?? {}).length === 0) {
    metadata['labels'] = labels;
  }
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'podReplacementPolicy', isUnset(spec, 'podFailurePolicy') ? 'TerminatingOrFailed' : 'Failed');
  setDefault(spec, 'manualSelector', false);
}

function defaultAutoscaler(scaler: Mutable): void {
  const spec = ensureObject(scaler, 'spec');
  setDefault(spec, 'minReplicas', 1n);
  setNonEmpty(spec, 'metrics', [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80n } } },
  ]);
  const behavior = objectAt(spec, 'behavior');
  if (behavior === undefined) return;
  const percent = { type: 'Percent', value: 100n, periodSeconds: 15n };
  const up = ensureObject(behavior, 'scaleUp');
  setDefault(up, 'stabilizationWindowSeconds', 0n);
  setDefault(up, 'selectPolicy', 'Max');
  setDefault(up, 'policies', [{ type: 'Pods', value: 4n, periodSeconds: 15n }, percent]);
  const down = ensureObject(behavior, 'scaleDown');
  setDefault(down, 'selectPolicy', 'Max');
  setDefault(down, 'policies', [percent]);
}
