import { type FieldError, invalidText, notSupported } from './field-error.ts';
import type { FieldPath } from './field-path.ts';
import { jsonString } from './go-value.ts';
import { labelKey } from './names.ts';

/**
 * Names of resources (cpu, memory, example.com/gpu …) and what they may be used for.
 * Upstream: `pkg/apis/core/helper/helpers.go` and the resource name checks of `pkg/apis/core/validation`.
 */

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const REQUESTS_AND_LIMITS = [
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
];
const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const CONTAINER: ReadonlySet<string> = new Set(COMPUTE);
const QUOTA: ReadonlySet<string> = new Set([...COMPUTE, ...REQUESTS_AND_LIMITS, 'requests.storage', ...COUNTED]);
const STANDARD: ReadonlySet<string> = new Set([...QUOTA, 'storage']);
const INTEGER: ReadonlySet<string> = new Set(COUNTED);

/** e.g. `hugepages-2Mi`. */
export function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isQuotaHugePages(name: string): boolean {
  return isHugePages(name) || name.startsWith('requests.hugepages-');
}

/** Without a domain, or in one of Kubernetes. */
export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** A resource of somebody else, e.g. `example.com/gpu`. */
export function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith('requests.') && labelKey(`requests.${name}`).length === 0;
}

/** Limits may be higher than requests. */
export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !isHugePages(name);
}

/** Whether it is counted in whole numbers. */
export function isIntegerResource(name: string): boolean {
  return INTEGER.has(name) || isExtendedResource(name);
}

/** Whether a ResourceQuota knows it by itself. */
export function isQuotaResource(name: string): boolean {
  return QUOTA.has(name) || isQuotaHugePages(name);
}

function refuse(path: FieldPath, name: string, detail: string): FieldError {
  return invalidText(path, jsonString(name), detail);
}

/** Upstream: `validateResourceName`. */
export function checkResourceName(path: FieldPath, name: string): FieldError[] {
  const errors = labelKey(name).map((detail) => refuse(path, name, detail));
  if (errors.length > 0 || name.includes('/') || STANDARD.has(name) || isQuotaHugePages(name)) return errors;
  return [refuse(path, name, 'must be a standard resource type or fully qualified')];
}

/** Upstream: `validateContainerResourceName`. */
export function checkContainerResourceName(path: FieldPath, name: string): FieldError[] {
  const errors = checkResourceName(path, name);
  if (!name.includes('/')) {
    if (!CONTAINER.has(name) && !isHugePages(name)) {
      errors.push(refuse(path, name, 'must be a standard resource for containers'));
    }
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(refuse(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

/** Upstream: `validatePodResourceName`. */
export function checkPodResourceName(path: FieldPath, name: string): FieldError[] {
  const errors = checkResourceName(path, name);
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || isHugePages(name)) return errors;
  return [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

/** Upstream: `ValidateResourceQuotaResourceName`. */
export function checkQuotaResourceName(path: FieldPath, name: string): FieldError[] {
  const errors = checkResourceName(path, name);
  if (!name.includes('/') && !isQuotaResource(name)) {
    errors.push(refuse(path, name, 'must be a standard resource for quota'));
  }
  return errors;
}
