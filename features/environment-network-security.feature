Feature: Network security by environment
  Production should be held to more than development. One rule is for the namespace production and those that begin with
  prod-, the other for development, staging and those that begin with dev-.

  Background:
    Given the policy "environment-network-security"
    And the namespaces "production", "prod-eu", "development", "dev-x", "staging" and "team-a"

  Rule: Production: no host network, DNS policy ClusterFirst, ports listed, none of them on the host

    Scenario: A Pod with a host port should fail, and the message says where
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace                   | production |
        | spec.containers[0].ports[0].hostPort | 30000      |
      Then it should fail rule "production-network-restrictions"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/production/web was blocked due to the following policies

        environment-network-security:
          production-network-restrictions: 'validation error: Production environments require strict network security. rule production-network-restrictions failed at path /spec/containers/0/ports/0/hostPort/'
        """

    Scenario Outline: What is wrong shows in the path of the message: <what>
      When the Pod from "cases/pods.yaml#several-containers" is created with:
        | metadata.namespace | prod-eu |
        | <field>            | <value> |
      Then it should fail rule "production-network-restrictions"
      And the message of rule "production-network-restrictions" is "validation error: Production environments require strict network security. rule production-network-restrictions failed at path <path>"

      Examples:
        | what                           | field                                | value                   | path                                  |
        | a host port                    | spec.containers[0].ports[0].hostPort | 1                       | /spec/containers/0/ports/0/hostPort/  |
        | a host port elsewhere          | spec.containers[1].ports[1].hostPort | 8080                    | /spec/containers/1/ports/1/hostPort/  |
        | a container without ports      | spec.containers[1].ports             |                         | /spec/containers/1/ports/             |
        | an empty list of ports         | spec.containers[0].ports             | []                      | /spec/containers/0/ports/             |
        | the DNS policy Default         | spec.dnsPolicy                       | Default                 | /spec/dnsPolicy/                      |
        | another DNS policy             | spec.dnsPolicy                       | ClusterFirstWithHostNet | /spec/dnsPolicy/                      |
        | the host network, by its ports | spec.hostNetwork                     | true                    | /spec/containers/0/ports/0/hostPort/  |

    Scenario: Of two violations the message names one
      When the Pod from "cases/pods.yaml#without-ports" is created with:
        | metadata.namespace | production |
        | spec.dnsPolicy     | Default    |
      Then it should fail rule "production-network-restrictions"
      And the message of rule "production-network-restrictions" contains "failed at path /spec/containers/0/ports/"

    @guide-gap
    Scenario Outline: A Pod that does everything right should fail all the same: hostNetwork <value>
      The pattern wants hostNetwork to be there and false, with no anchor that would excuse its absence. The API server
      drops a false from every Pod, so no Pod can be created in production at all.
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace | production |
        | spec.hostNetwork   | <value>    |
      Then it should fail rule "production-network-restrictions"
      And the message of rule "production-network-restrictions" contains "failed at path /spec/hostNetwork/"
      And the judged object has:
        | spec.hostNetwork |  |

      Examples:
        | value |
        |       |
        | false |

    @guide-gap
    Scenario: A container must list ports, also when it listens to none
      The pattern has no anchor at ports either. A worker that takes no traffic should list a port to get as far as the
      next complaint.
      When the Pod from "cases/pods.yaml#without-ports" is created in namespace "production"
      Then it should fail rule "production-network-restrictions"
      And the message of rule "production-network-restrictions" contains "failed at path /spec/containers/0/ports/"
      When the Pod from "cases/pods.yaml#web" is created in namespace "production"
      Then it should fail rule "production-network-restrictions"
      And the message of rule "production-network-restrictions" contains "failed at path /spec/hostNetwork/"

    @guide-gap
    Scenario: Host ports of init containers are not looked at
      "Strict network controls" end at spec.containers. The complaint below is about the missing hostNetwork, not about
      the host port.
      When the Pod from "cases/pods.yaml#several-containers" is created with:
        | metadata.namespace                       | production |
        | spec.initContainers[0].ports[0].hostPort | 8080       |
      Then it should fail rule "production-network-restrictions"
      And the message of rule "production-network-restrictions" contains "failed at path /spec/hostNetwork/"

    @guide-gap
    Scenario: The guide's other policy allows the DNS policy Default, production does not
      restrict-dns-configuration tells authors to use Default or ClusterFirst only. In production Default is denied.
      Given the policy "restrict-dns-configuration"
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace | production |
        | spec.dnsPolicy     | Default    |
      Then it should fail rule "production-network-restrictions"
      And the message of rule "production-network-restrictions" contains "failed at path /spec/dnsPolicy/"
      And rule "restrict-dns-policy" passes

  Rule: Development: no host network

    Scenario: A Pod in the host network should fail
      When the Pod from "cases/pods.yaml#without-ports" is created with:
        | metadata.namespace | development |
        | spec.hostNetwork   | true        |
      Then it should fail rule "development-network-restrictions"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/development/without-ports was blocked due to the following policies

        environment-network-security:
          development-network-restrictions: 'validation error: Development environments require basic network security. rule development-network-restrictions failed at path /spec/hostNetwork/'
        """

    @guide-gap
    Scenario Outline: A Pod outside the host network should fail all the same: hostNetwork <value>
      The same pattern without an anchor: hostNetwork must be there and be false, and the API server never leaves it
      there. No Pod can be created in development either.
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace | development |
        | spec.hostNetwork   | <value>     |
      Then it should fail rule "development-network-restrictions"
      And the message of rule "development-network-restrictions" contains "failed at path /spec/hostNetwork/"

      Examples:
        | value |
        |       |
        | false |

  Rule: Which namespace belongs to which environment

    Scenario: Names are compared as a whole, and a * stands for anything
      Given the namespaces "prod-dev-x", "dev-team-a", "preprod-eu", "my-production", "development-2", "predevelopment", "my-staging", "devops" and "my-dev-x"
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | namespace     | should    | rule                                                              |
        | production    | fail      | production-network-restrictions                                   |
        | prod-eu       | fail      | production-network-restrictions                                   |
        | prod-dev-x    | fail      | production-network-restrictions                                   |
        | development   | fail      | development-network-restrictions                                  |
        | dev-x         | fail      | development-network-restrictions                                  |
        | dev-team-a    | fail      | development-network-restrictions                                  |
        | staging       | fail      | development-network-restrictions                                  |
        | team-a        | not match | production-network-restrictions, development-network-restrictions |
        | default       | not match | production-network-restrictions, development-network-restrictions |
        | preprod-eu    | not match | production-network-restrictions, development-network-restrictions |
        | my-production | not match | production-network-restrictions, development-network-restrictions |
        | development-2 | not match | production-network-restrictions, development-network-restrictions |
        | predevelopment | not match | production-network-restrictions, development-network-restrictions |
        | my-staging    | not match | production-network-restrictions, development-network-restrictions |
        | devops        | not match | production-network-restrictions, development-network-restrictions |
        | my-dev-x      | not match | production-network-restrictions, development-network-restrictions |

    @guide-gap
    Scenario Outline: A namespace that only reads like an environment is in none: <namespace>
      The environment is told from a list of names, so a namespace that is named otherwise is in none. A Pod in the host
      network should pass there, as far as this policy goes.
      Given the namespace "<namespace>"
      When the Pod from "cases/pods.yaml#without-ports" is created with:
        | metadata.namespace | <namespace> |
        | spec.hostNetwork   | true        |
      Then it should pass
      And no rule answers

      Examples:
        | namespace     |
        | prod          |
        | production-eu |
        | dev           |
        | staging-eu    |
        | test          |

    Scenario: Labels of a namespace make no environment
      Given the namespace "shop" with label "environment=production"
      When the Pod from "cases/pods.yaml#web" is created in namespace "shop"
      Then it should pass
      And no rule answers

    Scenario: Other kinds than Pods are not judged
      When the Service from "cases/services.yaml#web" is created in namespace "production"
      Then it should pass
      And no rule answers

  Rule: Kyverno derives the same rules for everything that runs Pods

    Scenario Outline: No <kind> gets into <namespace>
      When the <kind> from "cases/workloads.yaml" is created in namespace "<namespace>"
      Then it should fail rule "<rule>"
      And the message of rule "<rule>" contains "failed at path <path>/spec/hostNetwork/"

      Examples:
        | kind                  | namespace   | rule                                             | path                            |
        | Deployment            | production  | autogen-production-network-restrictions          | /spec/template                  |
        | StatefulSet           | prod-eu     | autogen-production-network-restrictions          | /spec/template                  |
        | DaemonSet             | production  | autogen-production-network-restrictions          | /spec/template                  |
        | Job                   | prod-eu     | autogen-production-network-restrictions          | /spec/template                  |
        | ReplicationController | production  | autogen-production-network-restrictions          | /spec/template                  |
        | CronJob               | production  | autogen-cronjob-production-network-restrictions  | /spec/jobTemplate/spec/template |
        | Deployment            | development | autogen-development-network-restrictions         | /spec/template                  |
        | StatefulSet           | staging     | autogen-development-network-restrictions         | /spec/template                  |
        | DaemonSet             | dev-x       | autogen-development-network-restrictions         | /spec/template                  |
        | Job                   | development | autogen-development-network-restrictions         | /spec/template                  |
        | ReplicationController | staging     | autogen-development-network-restrictions         | /spec/template                  |
        | CronJob               | dev-x       | autogen-cronjob-development-network-restrictions | /spec/jobTemplate/spec/template |

    Scenario: A Deployment in the host network should fail by that, since its ports stay off the host
      When the Deployment from "cases/workloads.yaml" is created with:
        | metadata.namespace             | production |
        | spec.template.spec.hostNetwork | true       |
      Then it should fail rule "autogen-production-network-restrictions"
      And the message of rule "autogen-production-network-restrictions" contains "failed at path /spec/template/spec/hostNetwork/"

    Scenario: ReplicaSets are outside Kyverno's default configuration
      When the ReplicaSet from "cases/workloads.yaml" is created in namespace "production"
      Then it should pass
      And no rule answers

    @engine
    Scenario: Without Kyverno's own filters a ReplicaSet should fail like a Deployment
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the ReplicaSet from "cases/workloads.yaml" is created in namespace "production"
      Then it should fail rule "autogen-production-network-restrictions"
      When the ReplicaSet from "cases/workloads.yaml" is created in namespace "staging"
      Then it should fail rule "autogen-development-network-restrictions"

  Rule: What exists already is not held against an update

    Background:
      Given these objects exist:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: old, namespace: production }
        spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80 }] }] }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: old, namespace: development }
        spec:
          selector: { matchLabels: { app: web-app } }
          template:
            metadata: { labels: { app: web-app } }
            spec: { containers: [{ name: web, image: nginx }] }
        """

    Scenario: A Pod in production from before the policy may change
      When Pod "old" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass
      And rule "production-network-restrictions" is skipped with message "skipping the rule evaluation as pre-existing violations are allowed"

    @guide-gap
    Scenario: A Deployment from before the policy may move into the host network
      Every Deployment violates the rule, so every one that is there already is excused, whatever it changes. The one
      thing the rule is meant to prevent should pass.
      When Deployment "old" is changed with:
        | spec.template.spec.hostNetwork | true |
      Then it should pass
      And rule "autogen-development-network-restrictions" is skipped

    Scenario: Deleting is not judged
      When Pod "old" is deleted
      Then it should pass
      And no rule answers
