Feature: Who is excepted
  A PolicyException skips rules of a policy for the requests that it matches, and only for those. For the Pod Security
  Standards it may name single controls, and images and fields for which they do not count.

  Background:
    Given the policies from "cases/policies/containers.yaml"
    And the namespaces "build" and "shop"
    And the objects from "cases/exceptions.yaml" exist

  Rule: An exception names rules and matches requests

    Scenario: A Pod that no exception matches should fail
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web, namespace: shop }
        spec: { hostPID: true, containers: [{ name: web, image: "web:latest" }] }
        """
      Then it should fail rules "fixed-tags" and "baseline"
      And it is not excepted from any rule

    Scenario: A Pod in the namespace of the exception should pass, by its name
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: nightly-42, namespace: build }
        spec: { containers: [{ name: test, image: "test:latest" }] }
        """
      Then it should pass
      And it is excepted from rule "fixed-tags" by "build/nightly"
      And rule "baseline" passes

    Scenario: Another name in the same namespace should fail
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: weekly-6, namespace: build }
        spec: { containers: [{ name: test, image: "test:latest" }] }
        """
      Then it should fail rule "fixed-tags"

    Scenario: An exception from one rule leaves the others as they are
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: nightly-42, namespace: build }
        spec: { hostPID: true, containers: [{ name: test, image: "test:latest" }] }
        """
      Then it should fail rule "baseline"
      And it is excepted from rule "fixed-tags" by "build/nightly"

    Scenario Outline: A Deployment is a matter of the rule derived for it: an exception that names <rules> <does> count
      Given this object exists:
        """
        apiVersion: kyverno.io/v2
        kind: PolicyException
        metadata: { name: release, namespace: build }
        spec:
          match: { any: [{ resources: { kinds: [Deployment], namespaces: [shop] } }] }
          exceptions: [{ policyName: container-hygiene, ruleNames: ["<rules>"] }]
        """
      When this Deployment is created:
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web, namespace: shop }
        spec:
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: web, image: "web:latest" }] }
        """
      Then rule "autogen-fixed-tags" <outcome>

      Examples:
        | rules              | does     | outcome    |
        | autogen-fixed-tags | does     | is skipped |
        | *fixed-tags        | does     | is skipped |
        | fixed-tags         | does not | fails      |

  Rule: Conditions decide over single requests

    Scenario Outline: An exception for those who say why: <reason>
      Given this object exists:
        """
        apiVersion: kyverno.io/v2
        kind: PolicyException
        metadata: { name: reasoned, namespace: shop }
        spec:
          match: { any: [{ resources: { kinds: [Pod] } }] }
          conditions:
            all:
              - key: "{{ request.object.metadata.annotations.reason || '' }}"
                operator: Equals
                value: "?*"
          exceptions: [{ policyName: container-hygiene, ruleNames: [fixed-tags] }]
        """
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web, namespace: shop, annotations: { reason: "<reason>" } }
        spec: { containers: [{ name: web, image: "web:latest" }] }
        """
      Then rule "fixed-tags" <outcome>

      Examples:
        | reason    | outcome    |
        | a hot fix | is skipped |
        |           | fails      |

  Rule: An exception from a control of the Pod Security Standards

    Scenario: A control of the Pod is left out, and the others count
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: debug-node, namespace: build }
        spec: { hostPID: true, containers: [{ name: debug, image: "debug:1" }] }
        """
      Then it should pass
      And it is excepted from rule "baseline" by "build/debug-node"

    Scenario: Another control should fail
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: debug-node, namespace: build }
        spec:
          hostPID: true
          containers: [{ name: debug, image: "debug:latest", ports: [{ containerPort: 80, hostPort: 80 }] }]
        """
      Then it should fail rules "baseline" and "fixed-tags"
      And it is not excepted from any rule
      And the message of rule "baseline" contains 'Forbidden reason: hostPort'

    Scenario Outline: A control of containers is left out for an image and a value: <image> with <capability> <verdict>
      When this Pod is created:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: capture, namespace: build }
        spec:
          containers:
            - name: capture
              image: <image>
              securityContext: { capabilities: { add: [<capability>] } }
        """
      Then it should <verdict>
      And rule "baseline" <outcome>

      Examples:
        | image             | capability | verdict | outcome    |
        | ghcr.io/net/tap:1 | NET_RAW    | pass    | is skipped |
        | ghcr.io/net/tap:1 | SYS_ADMIN  | fail    | fails      |
        | ghcr.io/web/tap:1 | NET_RAW    | fail    | fails      |
