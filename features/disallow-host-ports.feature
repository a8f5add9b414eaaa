Feature: Disallow host ports
  A host port opens a port of the node itself, past every NetworkPolicy, and two Pods that want the same one cannot share
  a node. The policy lets a Pod through only when no container of any sort has a `hostPort` other than 0.

  Background:
    Given the policy "disallow-host-ports"

  Rule: No container may bind a host port

    Scenario: A Pod that binds a host port should fail, and the message says where
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.containers[0].ports[0].hostPort | 8080 |
      Then it should fail rule "host-ports-none"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/web was blocked due to the following policies

        disallow-host-ports:
          host-ports-none: 'validation error: Use of host ports is disallowed. The fields spec.containers[*].ports[*].hostPort, spec.initContainers[*].ports[*].hostPort, and spec.ephemeralContainers[*].ports[*].hostPort must either be unset or set to 0. rule host-ports-none failed at path /spec/containers/0/ports/0/hostPort/'
        """

    Scenario: Every host port is disallowed, from the first to the last
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | spec.containers[0].ports[0].hostPort | should     | rule            | (why)                                |
        | 1                                    | fail       | host-ports-none | the lowest port there is             |
        | 80                                   | fail       | host-ports-none |                                      |
        | 29999                                | fail       | host-ports-none |                                      |
        | 30000                                | fail       | host-ports-none | also what another policy would allow |
        | 32767                                | fail       | host-ports-none |                                      |
        | 65535                                | fail       | host-ports-none | the highest                          |
        | 0                                    | pass       | host-ports-none | the same as no host port             |
        | (none)                               | pass       | host-ports-none |                                      |
        | 65536                                | be refused |                 | no port                              |
        | -1                                   | be refused |                 | no port                              |

    Scenario: Every namespace is meant
      Given the namespace "team-a"
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | spec.containers[0].ports[0].hostPort | namespace | should | rule            |
        | 8080                                 | team-a    | fail   | host-ports-none |
        | 0                                    | team-a    | pass   | host-ports-none |

    Scenario: A Pod without any ports should pass
      When the Pod from "cases/pods.yaml#without-ports" is created
      Then it should pass rule "host-ports-none"
      When the Pod from "cases/pods.yaml#without-ports" is created with:
        | spec.containers[0].ports | [] |
      Then it should pass rule "host-ports-none"

    Scenario Outline: It does not matter which container it is: <which>
      When the Pod from "cases/pods.yaml#several-containers" is created with:
        | <port>.hostPort | 8080 |
      Then it should fail rule "host-ports-none"
      And the message of rule "host-ports-none" matches /failed at path \/<path>\/hostPort\/$/

      Examples:
        | which                            | port                           | path                               |
        | the first                        | spec.containers[0].ports[0]     | spec\/containers\/0\/ports\/0      |
        | the second                       | spec.containers[1].ports[0]     | spec\/containers\/1\/ports\/0      |
        | the second port of the second    | spec.containers[1].ports[1]     | spec\/containers\/1\/ports\/1      |
        | an init container                | spec.initContainers[0].ports[0] | spec\/initContainers\/0\/ports\/0  |
        | a sidecar (init container again) | spec.initContainers[1].ports[0] | spec\/initContainers\/1\/ports\/0  |

    Scenario: Containers and init containers without host ports should pass
      When the Pod from "cases/pods.yaml#several-containers" is created
      Then it should pass rule "host-ports-none"
      When the Pod from "cases/pods.yaml#ports-in-init-container" is created
      Then it should pass rule "host-ports-none"

    Scenario: Init containers are judged by the same bounds
      Then creating the Pod from "cases/pods.yaml#ports-in-init-container" with these values gives:
        | spec.initContainers[0].ports[0].hostPort | should | rule            |
        | 1                                        | fail   | host-ports-none |
        | 65535                                    | fail   | host-ports-none |
        | 0                                        | pass   | host-ports-none |
      When the Pod from "cases/pods.yaml#ports-in-init-container" is created with:
        | spec.initContainers[0].ports |  |
      Then it should pass rule "host-ports-none"

    Scenario: Of several host ports the message names one, and init containers come first
      When the Pod from "cases/pods.yaml#several-containers" is created with:
        | spec.containers[0].ports[0].hostPort     | 8080 |
        | spec.containers[1].ports[1].hostPort     | 8081 |
        | spec.initContainers[1].ports[0].hostPort | 8082 |
      Then it should fail rule "host-ports-none"
      And the message of rule "host-ports-none" contains "failed at path /spec/initContainers/1/ports/0/hostPort/"

    Scenario: The API server warns of suspicious ports, whatever the policy says
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.containers[0].ports | [{ containerPort: 80, hostPort: 8080 }, { containerPort: 80 }] |
      Then it should fail rule "host-ports-none"
      And the warnings are:
        """
        299 - "spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]"
        """
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.containers[0].ports | [{ containerPort: 80 }, { containerPort: 80 }] |
      Then it should pass rule "host-ports-none"
      And the warnings are:
        """
        299 - "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]"
        """

    Scenario: Two containers cannot have the same host port, so the policy is not even asked
      When the Pod from "cases/pods.yaml#several-containers" is created with:
        | spec.containers[0].ports[0].hostPort | 9000 |
        | spec.containers[1].ports[0].hostPort | 9000 |
      Then it should be refused by the API server with code 422
      And the message contains "spec.containers[1].ports[0].hostPort: Duplicate value"

    Scenario: An ephemeral container cannot have ports at all
      Given this object exists:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web }
        spec: { containers: [{ name: web, image: nginx }] }
        """
      When this ephemeral container is added to Pod "web":
        """
        name: debugger
        image: busybox
        """
      Then it should pass rule "host-ports-none"
      When this ephemeral container is added to Pod "web":
        """
        name: debugger
        image: busybox
        ports: [{ containerPort: 80, hostPort: 8080 }]
        """
      Then it should be refused by the API server with code 422
      And the message contains "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container"

    Scenario: The rule is about Pods, not about node ports of Services
      When the Service from "cases/services.yaml#web" is created with:
        | spec.type              | NodePort |
        | spec.ports[0].nodePort | 30080    |
      Then no rule answers

  Rule: In the host network every container port is a host port

    @guide-gap
    Scenario: A Pod in the host network should fail although its author wrote no host port
      The API server sets hostPort to containerPort where a Pod uses the host network, before any policy is asked. The
      message then speaks of a field that the manifest does not have.
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | true |
      Then it should fail rule "host-ports-none"
      And the judged object has:
        | spec.containers[0].ports[0].hostPort | 80 |

    @guide-gap
    Scenario: A Deployment in the host network should pass, and its Pods are denied later
      The API server sets host ports for Pods only, not for Pod templates. The Deployment is stored and never gets a Pod.
      When the Deployment from "cases/workloads.yaml" is created with:
        | spec.template.spec.hostNetwork | true |
      Then it should pass rule "autogen-host-ports-none"
      And the judged object has:
        | spec.template.spec.containers[0].ports[0].hostPort |  |

  Rule: Kyverno derives the same rule for everything that runs Pods

    Scenario Outline: A <kind> whose Pods would bind a host port should fail
      When the <kind> from "cases/workloads.yaml" is created with:
        | <template>.spec.containers[0].ports[0].hostPort | 8080 |
      Then it should fail rule "<rule>"
      And the message of rule "<rule>" contains "rule <rule> failed at path <path>/spec/containers/0/ports/0/hostPort/"

      Examples:
        | kind                  | template                       | rule                            | path                            |
        | Deployment            | spec.template                  | autogen-host-ports-none         | /spec/template                  |
        | StatefulSet           | spec.template                  | autogen-host-ports-none         | /spec/template                  |
        | DaemonSet             | spec.template                  | autogen-host-ports-none         | /spec/template                  |
        | Job                   | spec.template                  | autogen-host-ports-none         | /spec/template                  |
        | ReplicationController | spec.template                  | autogen-host-ports-none         | /spec/template                  |
        | CronJob               | spec.jobTemplate.spec.template | autogen-cronjob-host-ports-none | /spec/jobTemplate/spec/template |

    Scenario Outline: Init containers count in a <kind> too
      When the <kind> from "cases/workloads.yaml" is created with:
        | <template>.spec.initContainers | [{ name: setup, image: busybox, ports: [{ containerPort: 81, hostPort: 81 }] }] |
      Then it should fail rule "<rule>"
      And the message of rule "<rule>" contains "/spec/initContainers/0/ports/0/hostPort/"

      Examples:
        | kind       | template                       | rule                            |
        | Deployment | spec.template                  | autogen-host-ports-none         |
        | CronJob    | spec.jobTemplate.spec.template | autogen-cronjob-host-ports-none |

    Scenario Outline: A <kind> without host ports should pass
      When the <kind> from "cases/workloads.yaml" is created
      Then it should pass rule "<rule>"

      Examples:
        | kind        | rule                            |
        | Deployment  | autogen-host-ports-none         |
        | StatefulSet | autogen-host-ports-none         |
        | DaemonSet   | autogen-host-ports-none         |
        | Job         | autogen-host-ports-none         |
        | CronJob     | autogen-cronjob-host-ports-none |

    @engine
    Scenario: Without Kyverno's own filters a ReplicaSet should fail like a Deployment
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the ReplicaSet from "cases/workloads.yaml" is created with:
        | spec.template.spec.containers[0].ports[0].hostPort | 8080 |
      Then it should fail rule "autogen-host-ports-none"

    Scenario: ReplicaSets and system namespaces are outside Kyverno's default configuration
      When the ReplicaSet from "cases/workloads.yaml" is created with:
        | spec.template.spec.containers[0].ports[0].hostPort | 8080 |
      Then it should pass
      And no rule answers
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace                   | kube-system |
        | spec.containers[0].ports[0].hostPort | 8080        |
      Then it should pass
      And no rule answers

  Rule: What exists already is not held against an update

    Background:
      Given these objects exist:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: old }
        spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80, hostPort: 8080 }] }] }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: old }
        spec:
          selector: { matchLabels: { app: web-app } }
          template:
            metadata: { labels: { app: web-app } }
            spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80, hostPort: 8080 }] }] }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: good }
        spec:
          selector: { matchLabels: { app: web-app } }
          template:
            metadata: { labels: { app: web-app } }
            spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80 }] }] }
        """

    Scenario: A Pod from before the policy keeps its host port
      When Pod "old" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass
      And rule "host-ports-none" is skipped with message "skipping the rule evaluation as pre-existing violations are allowed"

    @guide-gap
    Scenario: Whoever has one host port may open a second one
      An update is excused as soon as the old object failed the rule, even when the new one is worse. Only objects that
      were clean before are held to the policy.
      When Deployment "old" is changed with:
        | spec.template.spec.containers[0].ports[1] | { containerPort: 443, hostPort: 8443 } |
      Then it should pass
      And rule "autogen-host-ports-none" is skipped
      When Deployment "good" is changed with:
        | spec.template.spec.containers[0].ports[1] | { containerPort: 443, hostPort: 8443 } |
      Then it should fail rule "autogen-host-ports-none"

    Scenario: Giving the host port up should pass
      When Deployment "old" is patched with this JSON patch:
        """
        [{ "op": "remove", "path": "/spec/template/spec/containers/0/ports/0/hostPort" }]
        """
      Then it should pass rule "autogen-host-ports-none"

    Scenario: Deleting and scaling are not judged
      When Pod "old" is deleted
      Then it should pass
      And no rule answers
      When Deployment "old" is scaled to 3
      Then it should pass
      And no rule answers
