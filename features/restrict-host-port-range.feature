Feature: Restrict the range of host ports
  Host ports outside an agreed range collide with services of the node. The policy lets through host ports from 30000 to
  32767 and denies all others, on Pods that it looks at: its precondition and its list decide which ports those are.

  Background:
    Given the policy "restrict-host-port-range"

  Rule: A host port must lie between 30000 and 32767

    Scenario: A host port below the range should fail, and the message names the range
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.containers[0].ports[0].hostPort | 8080 |
      Then it should fail rule "host-port-range"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/web was blocked due to the following policies

        restrict-host-port-range:
          host-port-range: 'validation failure: Host ports must be within the allowed range 30000-32767.'
        """

    Scenario: The bounds themselves are allowed
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | spec.containers[0].ports[0].hostPort | should     | rule            | (why)              |
        | 1                                    | fail       | host-port-range | the lowest port    |
        | 29999                                | fail       | host-port-range | just below         |
        | 30000                                | pass       | host-port-range | the lower bound    |
        | 31234                                | pass       | host-port-range | inside             |
        | 32767                                | pass       | host-port-range | the upper bound    |
        | 32768                                | fail       | host-port-range | just above         |
        | 65535                                | fail       | host-port-range | the highest port   |
        | 65536                                | be refused |                 | no port            |

    Scenario: hostPort: 0 is no host port, and then the rule has nothing to say
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.containers[0].ports[0].hostPort | 0 |
      Then it should pass
      And rule "host-port-range" does not match
      And the judged object has:
        | spec.containers[0].ports[0].hostPort |  |

    Scenario: Ports without a host port should pass, with no answer from the rule
      When the Pod from "cases/pods.yaml#web" is created
      Then it should pass
      And rule "host-port-range" does not match

    Scenario: A Pod without any ports is skipped
      When the Pod from "cases/pods.yaml#without-ports" is created
      Then it should pass
      And rule "host-port-range" is skipped with message "preconditions not met"

    Scenario: One host port out of range is enough
      Then creating the Pod from "cases/pods.yaml#several-containers" with these values gives:
        | spec.containers[0].ports[0].hostPort | spec.containers[1].ports[0].hostPort | spec.containers[1].ports[1].hostPort | should | rule            |
        | 30000                                | 30001                                | 30002                                | pass   | host-port-range |
        | 29999                                | 30001                                | 30002                                | fail   | host-port-range |
        | 30000                                | 8080                                 | 30002                                | fail   | host-port-range |
        | 30000                                | 30001                                | 32768                                | fail   | host-port-range |
        |                                      |                                      | 32767                                | pass   | host-port-range |
        |                                      |                                      | 32768                                | fail   | host-port-range |

    Scenario: It is enough that one container lists ports
      When the Pod from "cases/pods.yaml#several-containers" is created with:
        | spec.containers[0].ports             |      |
        | spec.containers[1].ports[0].hostPort | 8080 |
      Then it should fail rule "host-port-range"

    Scenario: Every namespace is meant
      Given the namespace "team-a"
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | spec.containers[0].ports[0].hostPort | namespace | should | rule            |
        | 30000                                | team-a    | pass   | host-port-range |
        | 29999                                | team-a    | fail   | host-port-range |

    Scenario Outline: Init containers are looked at as well: <which>
      When the Pod from "cases/pods.yaml#several-containers" is created with:
        | spec.containers[0].ports[0].hostPort | 30000  |
        | <port>.hostPort                      | <host> |
      Then it should <verdict> rule "host-port-range"

      Examples:
        | which             | port                            | host  | verdict |
        | an init container | spec.initContainers[0].ports[0] | 8080  | fail    |
        | a sidecar         | spec.initContainers[1].ports[0] | 32768 | fail    |
        | an init container | spec.initContainers[0].ports[0] | 30001 | pass    |
        | a sidecar         | spec.initContainers[1].ports[0] | 32767 | pass    |

    Scenario: An ephemeral container cannot have ports, so it cannot have one out of range
      Given this object exists:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: web }
        spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80, hostPort: 30000 }] }] }
        """
      When this ephemeral container is added to Pod "web":
        """
        name: debugger
        image: busybox
        """
      Then it should pass rule "host-port-range"
      When this ephemeral container is added to Pod "web":
        """
        name: debugger
        image: busybox
        ports: [{ containerPort: 80, hostPort: 8080 }]
        """
      Then it should be refused by the API server with code 422

  Rule: Which Pods are looked at is decided by the ports of their containers alone

    @guide-gap
    Scenario Outline: A host port in an init container only is let through: <host>
      The precondition counts `spec.containers` and never looks at init containers. Where no container lists ports, the
      rule is skipped, whatever the init containers bind.
      When the Pod from "cases/pods.yaml#ports-in-init-container" is created with:
        | spec.initContainers[0].ports[0].hostPort | <host> |
      Then it should pass
      And rule "host-port-range" is skipped with message "preconditions not met"

      Examples:
        | host  |
        | 22    |
        | 29999 |
        | 65535 |

    @guide-gap
    Scenario: The same init container should fail as soon as another container lists any port
      The precondition means to count host ports, but its query gives one list for each container that has ports, empty
      or not, and counts those. So a port without a host port is enough to have the init container looked at.
      When the Pod from "cases/pods.yaml#ports-in-init-container" is created with:
        | spec.initContainers[0].ports[0].hostPort | 22                      |
        | spec.containers[0].ports                 | [{ containerPort: 80 }] |
      Then it should fail rule "host-port-range"

    @guide-gap
    Scenario: In the host network every container port must lie in the range
      The API server sets hostPort to containerPort where a Pod uses the host network. An author who never wrote a host
      port is told that it is out of range.
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | true |
      Then it should fail rule "host-port-range"
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork                          | true  |
        | spec.containers[0].ports[0].containerPort | 30080 |
      Then it should pass rule "host-port-range"

  Rule: Together with disallow-host-ports no range is left

    @guide-gap
    Scenario: A host port in the allowed range is denied by the guide's other policy
      The guide presents the range as controlled access, but lists both policies as core ones. With both in force the
      range decides nothing: every host port is denied.
      Given the policy "disallow-host-ports"
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.containers[0].ports[0].hostPort | 30000 |
      Then it should fail rule "host-ports-none"
      And rule "host-port-range" passes

  Rule: Kyverno derives the same rule for everything that runs Pods

    Scenario Outline: A <kind> with host port <host> should <verdict>
      When the <kind> from "cases/workloads.yaml" is created with:
        | <template>.spec.containers[0].ports[0].hostPort | <host> |
      Then it should <verdict> rule "<rule>"

      Examples:
        | kind                  | template                       | rule                            | host  | verdict |
        | Deployment            | spec.template                  | autogen-host-port-range         | 29999 | fail    |
        | Deployment            | spec.template                  | autogen-host-port-range         | 30000 | pass    |
        | Deployment            | spec.template                  | autogen-host-port-range         | 32767 | pass    |
        | Deployment            | spec.template                  | autogen-host-port-range         | 32768 | fail    |
        | StatefulSet           | spec.template                  | autogen-host-port-range         | 32768 | fail    |
        | DaemonSet             | spec.template                  | autogen-host-port-range         | 29999 | fail    |
        | Job                   | spec.template                  | autogen-host-port-range         | 32768 | fail    |
        | ReplicationController | spec.template                  | autogen-host-port-range         | 29999 | fail    |
        | CronJob               | spec.jobTemplate.spec.template | autogen-cronjob-host-port-range | 29999 | fail    |
        | CronJob               | spec.jobTemplate.spec.template | autogen-cronjob-host-port-range | 30000 | pass    |
        | CronJob               | spec.jobTemplate.spec.template | autogen-cronjob-host-port-range | 32768 | fail    |

    Scenario Outline: A <kind> without ports is skipped, and so is its init container
      When the <kind> from "cases/workloads.yaml" is created with:
        | <template>.spec.containers[0].ports | []                                                                              |
        | <template>.spec.initContainers      | [{ name: setup, image: busybox, ports: [{ containerPort: 81, hostPort: 81 }] }] |
      Then it should pass
      And rule "<rule>" is skipped

      Examples:
        | kind       | template                       | rule                            |
        | Deployment | spec.template                  | autogen-host-port-range         |
        | CronJob    | spec.jobTemplate.spec.template | autogen-cronjob-host-port-range |

    @engine
    Scenario: Without Kyverno's own filters a ReplicaSet should fail like a Deployment
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the ReplicaSet from "cases/workloads.yaml" is created with:
        | spec.template.spec.containers[0].ports[0].hostPort | 8080 |
      Then it should fail rule "autogen-host-port-range"

    Scenario: ReplicaSets, system namespaces and other kinds are not judged
      When the ReplicaSet from "cases/workloads.yaml" is created with:
        | spec.template.spec.containers[0].ports[0].hostPort | 8080 |
      Then it should pass
      And no rule answers
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace                   | kube-system |
        | spec.containers[0].ports[0].hostPort | 8080        |
      Then it should pass
      And no rule answers
      When the Service from "cases/services.yaml#web" is created with:
        | spec.type              | NodePort |
        | spec.ports[0].nodePort | 30080    |
      Then no rule answers

  Rule: What exists already counts as much as what is new

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
            spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80, hostPort: 30000 }] }] }
        """

    Scenario: An update is judged by its new host port
      Then updating Deployment "good" with these values gives:
        | spec.template.spec.containers[0].ports[0].hostPort | should | rule                    |
        | 30000                                              | pass   | autogen-host-port-range |
        | 32767                                              | pass   | autogen-host-port-range |
        | 32768                                              | fail   | autogen-host-port-range |
        | 29999                                              | fail   | autogen-host-port-range |

    @guide-gap
    Scenario: A host port from before the policy keeps everything else from changing
      Kyverno means to excuse what failed before the update too, as it does for disallow-host-ports. But it cannot tell
      for a rule with preconditions, so here not even a label may change until the port is fixed.
      Then updating Pod "old" with these values gives:
        | metadata.labels.stage | should | rule            |
        | canary                | fail   | host-port-range |
      And updating Deployment "old" with these values gives:
        | spec.template.spec.containers[0].image | spec.template.spec.containers[0].ports[0].hostPort | should | rule                    |
        | nginx:1.29                             | 8080                                               | fail   | autogen-host-port-range |
        | nginx:1.29                             | 30000                                              | pass   | autogen-host-port-range |

    Scenario: Deleting and scaling are not judged
      When Deployment "old" is deleted
      Then it should pass
      And no rule answers
      When Deployment "old" is scaled to 3
      Then it should pass
      And no rule answers
