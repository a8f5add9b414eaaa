Feature: ValidatingPolicies
  Kyverno's policies in CEL have no rules: a step names the policy itself. Kyverno derives copies for Pod controllers, as
  it does for rules.

  Background:
    Given the policies from "cases/policies/team-labels.yaml"

  Rule: A policy that denies tells its message

    Scenario: A Pod with a team should pass
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web, labels: { team: team-a } }
        spec: { containers: [{ name: web, image: "web:1" }] }
        """
      Then it should pass rules "require-team" and "no-latest-image"
      And there are no warnings

    Scenario: A Pod without a team should fail
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web }
        spec: { containers: [{ name: web, image: "web:1" }] }
        """
      Then it should fail rule "require-team"
      And the message is:
        """
        admission webhook "vpol.validate.kyverno.svc-fail-finegrained-require-team" denied the request: Policy require-team failed: every Pod names its team
        """

    Scenario: The message of the first expression that fails is told
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web, labels: { team: shop } }
        spec: { containers: [{ name: web, image: "web:1" }] }
        """
      Then it should fail rule "require-team"
      And the message of rule "require-team" is "`shop` is no team"

    Scenario: A Pod that the conditions leave out should pass
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web, labels: { kind: one-off } }
        spec: { containers: [{ name: web, image: "web:1" }] }
        """
      Then it should pass rule "no-latest-image"
      And rule "require-team" does not match

  Rule: A policy that warns lets the request through

    Scenario: An image without a version
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web, labels: { team: team-a } }
        spec: { containers: [{ name: web, image: web }] }
        """
      Then it should pass
      And rule "no-latest-image" fails
      And a warning contains "Policy no-latest-image failed: name a version of the image"

  Rule: Copies of a policy judge Pod controllers by their Pod template

    Scenario: A Deployment whose Pods have no team should fail
      When the Deployment from "cases/workloads.yaml#web-deployment" is created
      Then it should fail rule "require-team"
      And the message contains "every Pod names its team"

    Scenario: A CronJob whose Pods have a team should pass
      When the CronJob from "cases/workloads.yaml#web-cron-job" is created with:
        | spec.jobTemplate.spec.template.metadata.labels.team       | team-a |
        | spec.jobTemplate.spec.template.spec.containers[0].image | web:1  |
      Then it should pass rules "require-team" and "no-latest-image"

  Rule: An exception lets through what it matches

    Background:
      Given this object exists:
        """
        apiVersion: policies.kyverno.io/v1
        kind: PolicyException
        metadata: { name: legacy, namespace: default }
        spec:
          policyRefs: [{ name: require-team, kind: ValidatingPolicy }]
          matchConditions: [{ name: legacy, expression: "object.metadata.name.startsWith('legacy-')" }]
        """

    Scenario: The Pod of the exception
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: legacy-web }
        spec: { containers: [{ name: web, image: "web:1" }] }
        """
      Then it should pass
      And rule "require-team" is skipped

    Scenario: Another Pod should fail
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web }
        spec: { containers: [{ name: web, image: "web:1" }] }
        """
      Then it should fail rule "require-team"

  Rule: A policy in a namespace speaks of that namespace

    Background:
      Given the namespaces "team-a" and "team-b"
      And the policies from "cases/policies/namespaced-labels.yaml"
      And these objects exist:
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: settings, namespace: team-a }
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: settings, namespace: team-b }
        """

    Scenario: The deletion that it is about should fail
      When ConfigMap "team-a/settings" is deleted
      Then it should fail rule "keep-settings"
      And the message of rule "keep-settings" is "the settings stay"

    Scenario: The same in another namespace
      When ConfigMap "team-b/settings" is deleted
      Then it should pass
      And no rule answers
