@engine
Feature: Which images may run
  Images of the shop must be signed with its team's key, tools must come from their workflow. What the registries hold is
  told to the engine; it asks none.

  Background:
    Given the policies from "cases/policies/trusted-images.yaml"
    And the objects from "cases/images.yaml" exist

  Rule: Images of the shop are signed by its team

    Scenario: An image that the team signed should pass, and is pinned to its digest
      When I run `kubectl run api --image=ghcr.io/shop/api:1.0`
      Then it should pass rule "signed-by-team"
      And the judged object has:
        | spec.containers[0].image | ghcr.io/shop/api:1.0@sha256:1111111111111111111111111111111111111111111111111111111111111111 |

    Scenario: An image that somebody else signed should fail
      When I run `kubectl run foreign --image=ghcr.io/shop/foreign:1.0`
      Then it should fail rule "signed-by-team"
      And the message contains 'failed to verify image ghcr.io/shop/foreign:1.0'

    Scenario: An image without any signature should fail
      When I run `kubectl run unsigned --image=ghcr.io/shop/unsigned:1.0`
      Then it should fail rule "signed-by-team"
      And the message contains 'no signatures found'

    Scenario: One unsigned image of several should fail
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web }
        spec:
          initContainers: [{ name: setup, image: "ghcr.io/shop/unsigned:1.0" }]
          containers: [{ name: api, image: "ghcr.io/shop/api:1.0" }]
        """
      Then it should fail rule "signed-by-team"

    Scenario: A demo need not be signed, and other registries are no matter of the rule
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web }
        spec:
          containers:
            - name: demo
              image: ghcr.io/shop/demo-1@sha256:7777777777777777777777777777777777777777777777777777777777777777
            - name: proxy
              image: docker.io/nginx:1
        """
      Then it should pass
      And rule "signed-by-team" is skipped
      And rule "built-by-workflow" does not match

    Scenario: A Deployment is held to the same rule
      When this Deployment is created:
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: web, image: "ghcr.io/shop/unsigned:1.0" }] }
        """
      Then it should fail rule "autogen-signed-by-team"

  Rule: Tools are built by their workflow

    Scenario: A tool with provenance from the workflow should pass
      When I run `kubectl run lint --image=ghcr.io/tools/lint:2`
      Then it should pass rule "built-by-workflow"

    Scenario: A tool that was built elsewhere should fail
      When I run `kubectl run fmt --image=ghcr.io/tools/fmt:2`
      Then it should fail rule "built-by-workflow"
      And the message of rule "built-by-workflow" contains 'attestation checks failed for ghcr.io/tools/fmt'

    Scenario: A tool that its workflow did not sign should fail
      Given this image exists:
        """
        reference: ghcr.io/tools/evil:1
        digest: sha256:6666666666666666666666666666666666666666666666666666666666666666
        signatures:
          - issuer: https://token.actions.githubusercontent.com
            subject: https://github.com/evil/tools
        attestations: []
        """
      When I run `kubectl run evil --image=ghcr.io/tools/evil:1`
      Then it should fail rule "built-by-workflow"
      And the message of rule "built-by-workflow" contains 'subject mismatch'

  Rule: An exception holds for images too

    Scenario: A Pod in the namespace of the exception should pass with an unsigned image
      Given the namespace "lab"
      And this object exists:
        """
        apiVersion: kyverno.io/v2
        kind: PolicyException
        metadata: { name: lab, namespace: lab }
        spec:
          match: { any: [{ resources: { kinds: [Pod], namespaces: [lab] } }] }
          exceptions: [{ policyName: trusted-images, ruleNames: [signed-by-team] }]
        """
      And requests go to namespace "lab"
      When I run `kubectl run unsigned --image=ghcr.io/shop/unsigned:1.0`
      Then it should pass
      And it is excepted from rule "signed-by-team" by "lab/lab"
