Feature: ValidatingAdmissionPolicies
  Kubernetes' own policies, which the API server asks before any webhook. A binding says where one counts, with which
  parameters, and what it does.

  Background:
    Given the namespace "shop" with label "environment=production"
    And the namespace "trial" with label "environment=test"
    And the namespace "own"

  Rule: A binding says what a policy does

    Background:
      Given the policies from "cases/policies/replica-limits.yaml"

    Scenario: As many replicas as are allowed should pass
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
        deployments.apps "web-deployment" is forbidden: ValidatingAdmissionPolicy 'replica-limit' with binding 'replica-limit-production' denied request: 3 replicas and no more, not 4
        """

    Scenario: Where the binding only warns, the request is let through
      When the Deployment from "cases/workloads.yaml#web-deployment" is created with:
        | metadata.namespace | trial |
        | spec.replicas      | 4     |
      Then it should pass
      And rule "replica-limit" fails
      And the warnings are:
        """
        Validation failed for ValidatingAdmissionPolicy 'replica-limit' with binding 'replica-limit-test': 3 replicas and no more, not 4
        """

    Scenario: Where no binding counts, nothing is asked
      When the Deployment from "cases/workloads.yaml#web-deployment" is created with:
        | metadata.namespace | own |
        | spec.replicas      | 9   |
      Then it should pass
      And no rule answers

  # An API server learns of ConfigMaps as parameters only until the last policy that takes them is removed.
  @engine
  Rule: A binding gives a policy its parameters

    Background:
      Given the policies from "cases/policies/replica-parameters.yaml"
      And these objects exist:
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: production, namespace: default }
        data: { maxReplicas: "2" }
        """

    Scenario: The limit of production
      When the Deployment from "cases/workloads.yaml#web-deployment" is created with:
        | metadata.namespace | shop |
        | spec.replicas      | 3    |
      Then it should fail rule "replica-parameter"
      And the message of rule "replica-parameter" is "at most 2 replicas"

    Scenario: A parameter that is not there, where that is allowed
      When the Deployment from "cases/workloads.yaml#web-deployment" is created with:
        | metadata.namespace | trial |
        | spec.replicas      | 9     |
      Then it should pass
      And no rule answers
