const SPEC = 'its spec and status are not validated, only its metadata';
const REVIEW = 'what the review asks is not checked';
const STATUS = 'the status is not checked';

/**
 * What the API server validates and we do not (wholly), by `Kind`, `Kind.group` or one of these with `/subresource`.
 * Objects of these kinds may be let through although the API server would refuse them.
 */
export const notValidated: Readonly<Record<string, string>> = {
  'Job.batch/status': 'the rules between conditions and counts of a Job are not checked',
  'Pod/resize': 'which resources may be resized is not checked',
  'Pod/status': 'the status of a Pod is not checked',
  'CustomResourceDefinition.apiextensions.k8s.io/status': STATUS,
  'ServiceCIDR.networking.k8s.io/status': STATUS,
  'VolumeAttachment.storage.k8s.io/status': STATUS,
  'VolumeAttachment.storage.k8s.io': 'inline volumes are not checked',
  'APIService.apiregistration.k8s.io': SPEC,
  'CertificateSigningRequest.certificates.k8s.io': SPEC,
  'CustomResourceDefinition.apiextensions.k8s.io': 'of schemas only the types are checked; selectable fields are not',
  'DeviceClass.resource.k8s.io': SPEC,
  'FlowSchema.flowcontrol.apiserver.k8s.io': SPEC,
  'LocalSubjectAccessReview.authorization.k8s.io': REVIEW,
  'SelfSubjectAccessReview.authorization.k8s.io': REVIEW,
  'SelfSubjectReview.authentication.k8s.io': REVIEW,
  'SelfSubjectRulesReview.authorization.k8s.io': REVIEW,
  'SubjectAccessReview.authorization.k8s.io': REVIEW,
  'TokenReview.authentication.k8s.io': REVIEW,
  'LeaseCandidate.coordination.k8s.io': SPEC,
  'MutatingAdmissionPolicy.admissionregistration.k8s.io': SPEC,
  'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io': SPEC,
  'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io': SPEC,
  'ResourceClaim.resource.k8s.io': SPEC,
  'ResourceClaimTemplate.resource.k8s.io': SPEC,
  'ResourceSlice.resource.k8s.io': SPEC,
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io/status': STATUS,
};
