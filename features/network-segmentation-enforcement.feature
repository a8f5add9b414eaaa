Feature: Network segmentation
  The label tier says which network segment a Pod belongs to. One rule wants every Pod to have a known tier, the other is
  there to keep the frontend away from the backend's network.

  Background:
    Given the policy "network-segmentation-enforcement"

  Rule: A Pod must have the tier frontend, backend or database

    Scenario: A Pod with another tier should fail, and the message names the label
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.labels.tier | cache |
      Then it should fail rule "require-network-labels"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/web was blocked due to the following policies

        network-segmentation-enforcement:
          require-network-labels: 'validation error: Pods must have network tier labels for segmentation. rule require-network-labels failed at path /metadata/labels/tier/'
        """

    Scenario: The tiers there are, compared exactly
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | metadata.labels.tier | should     | rule                   | (why)                     |
        | frontend             | pass       | require-network-labels |                           |
        | backend              | pass       | require-network-labels |                           |
        | database             | pass       | require-network-labels |                           |
        | Frontend             | fail       | require-network-labels |                           |
        | frontend-eu          | fail       | require-network-labels |                           |
        | my-backend           | fail       | require-network-labels |                           |
        | databases            | fail       | require-network-labels |                           |
        | ""                   | fail       | require-network-labels |                           |
        | (none)               | fail       | require-network-labels |                           |
        | frontend,backend     | be refused |                        | no character for a label  |

    Scenario: A Pod without any labels should fail at the labels
      When the Pod from "cases/pods.yaml#without-labels" is created
      Then it should fail rule "require-network-labels"
      And the message of rule "require-network-labels" is "validation error: Pods must have network tier labels for segmentation. rule require-network-labels failed at path /metadata/labels/"

    Scenario: Every namespace is meant
      Given the namespaces "production" and "dev-x"
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | metadata.labels.tier | namespace  | should | rule                   |
        | cache                | production | fail   | require-network-labels |
        | cache                | dev-x      | fail   | require-network-labels |
        | backend              | dev-x      | pass   | require-network-labels |

    @guide-gap
    Scenario: The tier is what the author writes
      "Segmentation" is a label that nothing compares with what the Pod is or talks to. The frontend below calls itself a
      database and is let through.
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.labels.tier | database |
      Then it should pass rule "require-network-labels"

  Rule: The frontend must not reach the backend's network directly

    @guide-gap
    Scenario Outline: The rule never denies, whatever the tier: <tier>
      The rule matches Pods whose tier is frontend and denies them when their tier is backend. That cannot be, so the rule
      passes on every frontend Pod and matches no other.
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.labels.tier | <tier> |
      Then it should pass
      And rule "frontend-backend-separation" <outcome>

      Examples:
        | tier     | outcome        |
        | frontend | passes         |
        | backend  | does not match |
        | database | does not match |

    Scenario: Only the tier frontend is matched, not what begins like it
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.labels.tier | frontend-eu |
      Then it should fail rule "require-network-labels"
      And rule "frontend-backend-separation" does not match

    @guide-gap
    Scenario: A frontend that does talk to the backend should pass
      Nothing of a Pod's traffic is looked at, neither its environment nor any NetworkPolicy. The rule's name and message
      promise what only NetworkPolicies can do.
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.containers[0].env | [{ name: BACKEND_URL, value: "http://backend.backend.svc:5432" }] |
      Then it should pass rule "frontend-backend-separation"

  Rule: Which requests are judged

    Scenario Outline: Nothing in <namespace> is judged
      When the Pod from "cases/pods.yaml#without-labels" is created in namespace "<namespace>"
      Then it should pass
      And no rule answers

      Examples:
        | namespace   |
        | kube-system |
        | kyverno     |

    @engine
    Scenario Outline: Without Kyverno's own filters the exclusion of the rule is what leaves <namespace> out
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the Pod from "cases/pods.yaml#without-labels" is created in namespace "<namespace>"
      Then it should pass
      And rule "require-network-labels" does not match
      When the Pod from "cases/pods.yaml#web" is created in namespace "<namespace>"
      Then it should pass rule "frontend-backend-separation"
      And rule "require-network-labels" does not match

      Examples:
        | namespace   |
        | kube-system |
        | kyverno     |

    Scenario: Namespaces with names like those are not excluded
      Given the namespaces "kube-system-2", "my-kube-system", "kyverno-test" and "my-kyverno"
      Then creating the Pod from "cases/pods.yaml#without-labels" with these values gives:
        | namespace      | should | rule                   |
        | kube-system-2  | fail   | require-network-labels |
        | my-kube-system | fail   | require-network-labels |
        | kyverno-test   | fail   | require-network-labels |
        | my-kyverno     | fail   | require-network-labels |

    @engine
    Scenario: The other system namespaces are not excluded by the rule
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the Pod from "cases/pods.yaml#without-labels" is created in namespace "kube-public"
      Then it should fail rule "require-network-labels"

    Scenario: Services have no tier
      When the Service from "cases/services.yaml#web" is created with:
        | metadata.labels | { tier: frontend } |
      Then it should pass
      And no rule answers

    @guide-gap
    Scenario Outline: Controllers without a tier are let through, only their Pods will be denied: <kind>
      Kyverno derives rules for controllers only where a policy selects Pods by kind and namespace. The selector of the
      rule that never denies is what keeps the other rule from controllers, so this one is stored and never gets a Pod.
      When the <kind> from "cases/workloads.yaml" is created with:
        | metadata.labels                    | { tier: frontend } |
        | <template>.metadata.labels.tier    | cache              |
      Then it should pass
      And no rule answers

      Examples:
        | kind        | template                       |
        | Deployment  | spec.template                  |
        | StatefulSet | spec.template                  |
        | DaemonSet   | spec.template                  |
        | Job         | spec.template                  |
        | CronJob     | spec.jobTemplate.spec.template |

  Rule: Updates and deletes

    Background:
      Given these objects exist:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: front, labels: { tier: frontend } }
        spec: { containers: [{ name: web, image: nginx }] }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: old, labels: { tier: cache } }
        spec: { containers: [{ name: web, image: nginx }] }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: back, labels: { tier: backend } }
        spec: { containers: [{ name: web, image: nginx }] }
        """

    Scenario: A Pod without a known tier from before the policy may change, and even change its tier
      When Pod "old" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass
      And rule "require-network-labels" is skipped with message "skipping the rule evaluation as pre-existing violations are allowed"
      When Pod "old" is changed with:
        | metadata.labels.tier | queue |
      Then it should pass
      And rule "require-network-labels" is skipped

    Scenario: A known tier must stay known
      Then updating Pod "front" with these values gives:
        | metadata.labels.tier | should | rule                   |
        | database             | pass   | require-network-labels |
        | cache                | fail   | require-network-labels |
        | (none)               | fail   | require-network-labels |
      And updating Pod "old" with these values gives:
        | metadata.labels.tier | should | rule                   |
        | backend              | pass   | require-network-labels |

    @guide-gap
    Scenario: A frontend Pod may move to the backend, and back
      The one change that the rule could be meant for, from frontend to backend, makes the Pod one that the rule does not
      match. On the way back the rule matches, and passes.
      When Pod "front" is changed with:
        | metadata.labels.tier | backend |
      Then it should pass rule "require-network-labels"
      And rule "frontend-backend-separation" does not match
      When Pod "back" is changed with:
        | metadata.labels.tier | frontend |
      Then it should pass rules "require-network-labels" and "frontend-backend-separation"

    Scenario: A delete is asked of the rule with conditions, which passes, and not of the one with a pattern
      When Pod "front" is deleted
      Then it should pass rule "frontend-backend-separation"
      And rule "require-network-labels" does not match
      When Pod "old" is deleted
      Then it should pass
      And no rule answers
