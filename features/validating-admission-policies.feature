Feature: ValidatingAdmissionPolicies
  Kubernetes' own policies, which the API server asks before any webhook. A binding says where one counts, with which
  parameters, and what it does.

  Background:
    Given the policies from "cases/policies/replica-limits.yaml"
    And the namespace "shop" with label "environment=production"
    And the namespace "trial" with label "environment=test"
    And the namespace "own"
    And these objects exist:
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: { name: production, namespace: default }
      data: { maxReplicas: "3" }
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: { name: test, namespace: default }
      data: { maxReplicas: "1" }
      """

  Scenario: As many replicas as the parameter allows should pass
    When the Deployment from "cases/workloads.yaml#web-deployment" is created with:
      | metadata.namespace | shop |
      | spec.replicas      | 3    |
    Then it should pass rule "replica-limit"
    And there are no warnings

  Scenario: More should fail, with the API server's words
    When the Deployment from "cases/workloads.yaml#web-deployment" is created with:
      | metadata.namespace | shop |
      | spec.replicas      | 4    |
    Then it should fail rule "replica-limit"
    And the message is:
      """
      deployments.apps "web-deployment" is forbidden: ValidatingAdmissionPolicy 'replica-limit' with binding 'replica-limit-production' denied request: at most 3 replicas
      """

  Scenario: Where the binding only warns, the request is let through
    When the Deployment from "cases/workloads.yaml#web-deployment" is created with:
      | metadata.namespace | trial |
      | spec.replicas      | 2     |
    Then it should pass
    And rule "replica-limit" fails
    And the warnings are:
      """
      Validation failed for ValidatingAdmissionPolicy 'replica-limit' with binding 'replica-limit-test': at most 1 replicas
      """

  Scenario: Where no binding counts, nothing is asked
    When the Deployment from "cases/workloads.yaml#web-deployment" is created with:
      | metadata.namespace | own |
      | spec.replicas      | 9   |
    Then it should pass
    And no rule answers
