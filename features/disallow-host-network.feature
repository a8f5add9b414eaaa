Feature: Disallow host network
  A Pod in the host's network sees the traffic of every other Pod on its node and can bind the node's own addresses.
  The policy lets a Pod through only when it leaves `spec.hostNetwork` unset or false.

  Background:
    Given the policy "disallow-host-network"

  Rule: A Pod must not use the host network

    Scenario: A Pod with hostNetwork: true should fail, and the message says why
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | true |
      Then it should fail rule "host-network"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/web was blocked due to the following policies

        disallow-host-network:
          host-network: 'validation error: Use of host network is disallowed. The field spec.hostNetwork must be unset or set to false. rule host-network failed at path /spec/hostNetwork/'
        """
      And there are no warnings

    Scenario Outline: hostNetwork: <value> should pass, since the API server drops it
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | <value> |
      Then it should pass rule "host-network"
      And the judged object has:
        | spec.hostNetwork |  |

      Examples:
        | value |
        | false |
        | null  |

    Scenario: A Pod that says nothing about the host network should pass
      When the Pod from "cases/pods.yaml#web" is created
      Then it should pass rule "host-network"

    Scenario: A value that is no boolean never reaches the policy
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | "false" |
      Then it should be refused by the API server with code 400

    Scenario: Other ways into the host are not this rule's business
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostPID | true |
        | spec.hostIPC | true |
      Then it should pass rule "host-network"

    Scenario: The rule is about Pods, not about Services
      When the Service from "cases/services.yaml#web" is created
      Then no rule answers

    Scenario: A Pod with the host network cannot slip in under another namespace
      Given the namespaces "production" and "team-a"
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | spec.hostNetwork | namespace   | should | rule         |
        | true             | production  | fail   | host-network |
        | true             | team-a      | fail   | host-network |
        | true             | kube-public | not match | host-network |
        | (none)           | production  | pass   | host-network |

  Rule: Kyverno derives the same rule for everything that runs Pods

    Scenario Outline: A <kind> whose Pods would use the host network should fail
      When the <kind> from "cases/workloads.yaml" is created with:
        | <template>.spec.hostNetwork | true |
      Then it should fail rule "<rule>"
      And the message of rule "<rule>" is "validation error: Use of host network is disallowed. The field spec.hostNetwork must be unset or set to false. rule <rule> failed at path <path>"

      Examples:
        | kind                  | template                       | rule                         | path                                               |
        | Deployment            | spec.template                  | autogen-host-network         | /spec/template/spec/hostNetwork/                   |
        | StatefulSet           | spec.template                  | autogen-host-network         | /spec/template/spec/hostNetwork/                   |
        | DaemonSet             | spec.template                  | autogen-host-network         | /spec/template/spec/hostNetwork/                   |
        | Job                   | spec.template                  | autogen-host-network         | /spec/template/spec/hostNetwork/                   |
        | ReplicationController | spec.template                  | autogen-host-network         | /spec/template/spec/hostNetwork/                   |
        | CronJob               | spec.jobTemplate.spec.template | autogen-cronjob-host-network | /spec/jobTemplate/spec/template/spec/hostNetwork/  |

    Scenario Outline: A <kind> that leaves the host network alone should pass
      When the <kind> from "cases/workloads.yaml" is created
      Then it should pass rule "<rule>"

      Examples:
        | kind        | rule                         |
        | Deployment  | autogen-host-network         |
        | StatefulSet | autogen-host-network         |
        | DaemonSet   | autogen-host-network         |
        | Job         | autogen-host-network         |
        | CronJob     | autogen-cronjob-host-network |

    Scenario: The Pods that a controller makes are judged as any other
      Given the service account "kube-system/replicaset-controller"
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | true |
      Then it should fail rule "host-network"

    @guide-gap
    Scenario: Other kinds with a Pod template are let through, only their Pods will be denied
      Kyverno derives rules for the built-in controllers and no others. A PodTemplate, or a controller that a custom
      resource definition brings, is stored with any template.
      When this PodTemplate is created:
        """
        apiVersion: v1
        kind: PodTemplate
        metadata: { name: web }
        template:
          metadata: { labels: { app: web-app } }
          spec: { hostNetwork: true, containers: [{ name: web, image: nginx }] }
        """
      Then it should pass
      And no rule answers

  Rule: Kyverno's own configuration leaves some requests out

    @guide-gap
    Scenario Outline: The policy excludes no namespace, yet the system's namespaces are not judged: <namespace>
      The webhook that Kyverno registers by default leaves out kube-system and Kyverno's own namespace, and its resource
      filters leave out the other system namespaces. Whoever may create Pods there may use the host network.
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace | <namespace> |
        | spec.hostNetwork   | true        |
      Then it should pass
      And no rule answers

      Examples:
        | namespace       |
        | kube-system     |
        | kube-public     |
        | kube-node-lease |
        | kyverno         |

    @guide-gap
    Scenario: Nodes are not judged
      Kyverno leaves out the group system:nodes, so that a kubelet can report the Pods that it runs by itself. Whoever is
      in that group may use the host network anywhere.
      Given the user "ops" in groups "system:nodes" and "system:masters"
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | true |
      Then it should pass
      And no rule answers

    @engine
    Scenario: Without those filters a Pod in kube-system should fail
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace | kube-system |
        | spec.hostNetwork   | true        |
      Then it should fail rule "host-network"

    @guide-gap
    Scenario: A ReplicaSet is let through, only its Pods will be denied
      Kyverno derives the rule for ReplicaSets too, but its resource filters leave them out by default. The ReplicaSet
      is stored and then never gets a Pod.
      When the ReplicaSet from "cases/workloads.yaml" is created with:
        | spec.template.spec.hostNetwork | true |
      Then it should pass
      And no rule answers

    @engine
    Scenario: Without those filters a ReplicaSet should fail like a Deployment
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the ReplicaSet from "cases/workloads.yaml" is created with:
        | spec.template.spec.hostNetwork | true |
      Then it should fail rule "autogen-host-network"

  Rule: What exists already is not held against an update

    Background:
      Given these objects exist:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: old, labels: { app: web-app, tier: frontend } }
        spec: { hostNetwork: true, containers: [{ name: web, image: nginx }] }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: old }
        spec:
          selector: { matchLabels: { app: web-app } }
          template:
            metadata: { labels: { app: web-app } }
            spec: { hostNetwork: true, containers: [{ name: web, image: nginx }] }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: good }
        spec:
          selector: { matchLabels: { app: web-app } }
          template:
            metadata: { labels: { app: web-app } }
            spec: { containers: [{ name: web, image: nginx }] }
        """

    Scenario: A Pod from before the policy keeps its host network when its labels change
      When Pod "old" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass
      And rule "host-network" is skipped with message "skipping the rule evaluation as pre-existing violations are allowed"

    @guide-gap
    Scenario: A Deployment from before the policy can be rolled out again and again
      Kyverno asks only whether the old object failed the rule too. So the host network stays in use with every new image,
      although the policy enforces.
      When Deployment "old" is changed with:
        | spec.template.spec.containers[0].image | nginx:1.29 |
      Then it should pass
      And rule "autogen-host-network" is skipped

    Scenario: A Deployment that gives up the host network should pass, and cannot go back
      When Deployment "old" is changed with:
        | spec.template.spec.hostNetwork | false |
      Then it should pass rule "autogen-host-network"
      When Deployment "good" is patched with:
        """
        spec: { template: { spec: { hostNetwork: true } } }
        """
      Then it should fail rule "autogen-host-network"

    Scenario: Deleting and scaling are not judged
      When Pod "old" is deleted
      Then it should pass
      And no rule answers
      When Deployment "old" is deleted
      Then it should pass
      And no rule answers
      When Deployment "old" is scaled to 5
      Then it should pass
      And no rule answers

    Scenario: Work inside a Pod that exists is not judged
      When "sh -c id" is executed in Pod "old"
      Then it should pass
      And no rule answers
      When Pod "old" is evicted
      Then it should pass
      And no rule answers

    Scenario: A debug container is an update of the whole Pod
      When this ephemeral container is added to Pod "old":
        """
        name: debugger
        image: busybox
        """
      Then it should pass
      And rule "host-network" is skipped
