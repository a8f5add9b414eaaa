Feature: Network policies by application type
  The label app.type says what a Pod is. Databases must stay off the host's network and ports, web applications may list
  only the ports 80, 443, 8080 and 8443.

  Background:
    Given the policy "application-network-policies"

  Rule: A database must not use the host network or host ports

    Scenario: A database with a host port should fail, and the message says where
      When the Pod from "cases/pods.yaml#database" is created with:
        | spec.containers[0].ports[0].hostPort | 5432 |
      Then it should fail rule "database-network-policy"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/database was blocked due to the following policies

        application-network-policies:
          database-network-policy: 'validation error: Database applications cannot use host network or host ports. rule database-network-policy failed at path /spec/containers/0/ports/0/hostPort/'
        """

    Scenario: Any host port counts, in any namespace
      Given the namespace "team-a"
      Then creating the Pod from "cases/pods.yaml#database" with these values gives:
        | spec.containers[0].ports[0].hostPort | namespace | should | rule                    | message                                          |
        | 1                                    | default   | fail   | database-network-policy | at path /spec/containers/0/ports/0/hostPort/     |
        | 65535                                | team-a    | fail   | database-network-policy | at path /spec/containers/0/ports/0/hostPort/     |
        | 0                                    | team-a    | fail   | database-network-policy | at path /spec/hostNetwork/                       |

    Scenario: A database in the host network should fail, by the host port that comes with it
      When the Pod from "cases/pods.yaml#database" is created with:
        | spec.hostNetwork | true |
      Then it should fail rule "database-network-policy"
      And the message of rule "database-network-policy" contains "failed at path /spec/containers/0/ports/0/hostPort/"

    @guide-gap
    Scenario Outline: A database that uses neither should fail all the same: hostNetwork <value>
      The pattern wants hostNetwork to be there and false, with no anchor that would excuse its absence. The API server
      drops a false from every Pod, so no database can be created at all.
      When the Pod from "cases/pods.yaml#database" is created with:
        | spec.hostNetwork | <value> |
      Then it should fail rule "database-network-policy"
      And the message of rule "database-network-policy" is "validation error: Database applications cannot use host network or host ports. rule database-network-policy failed at path /spec/hostNetwork/"

      Examples:
        | value |
        |       |
        | false |

    @guide-gap
    Scenario: A database must list ports
      The pattern has no anchor at ports. A database that lists none is told so before anything else.
      When the Pod from "cases/pods.yaml#database" is created with:
        | spec.containers[0].ports |  |
      Then it should fail rule "database-network-policy"
      And the message of rule "database-network-policy" contains "failed at path /spec/containers/0/ports/"

    @guide-gap
    Scenario: Host ports of a database's init container are not looked at
      The pattern ends at spec.containers. The complaint below is about the missing hostNetwork, not about the host port.
      When the Pod from "cases/pods.yaml#database" is created with:
        | spec.initContainers | [{ name: restore, image: postgres, ports: [{ containerPort: 5433, hostPort: 5433 }] }] |
      Then it should fail rule "database-network-policy"
      And the message of rule "database-network-policy" contains "failed at path /spec/hostNetwork/"

  Rule: A web application may list the ports 80, 443, 8080 and 8443 only

    Scenario: A web application with another port should fail
      When the Pod from "cases/pods.yaml#shop" is created with:
        | spec.containers[0].ports[0].containerPort | 22 |
      Then it should fail rule "web-app-network-policy"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/shop was blocked due to the following policies

        application-network-policies:
          web-app-network-policy: 'validation failure: Web applications can only use standard HTTP/HTTPS ports'
        """

    Scenario: The standard ports, and their neighbours
      Then creating the Pod from "cases/pods.yaml#shop" with these values gives:
        | spec.containers[0].ports[0].containerPort | should | rule                   |
        | 80                                        | pass   | web-app-network-policy |
        | 443                                       | pass   | web-app-network-policy |
        | 8080                                      | pass   | web-app-network-policy |
        | 8443                                      | pass   | web-app-network-policy |
        | 79                                        | fail   | web-app-network-policy |
        | 81                                        | fail   | web-app-network-policy |
        | 442                                       | fail   | web-app-network-policy |
        | 444                                       | fail   | web-app-network-policy |
        | 8079                                      | fail   | web-app-network-policy |
        | 8081                                      | fail   | web-app-network-policy |
        | 8442                                      | fail   | web-app-network-policy |
        | 8444                                      | fail   | web-app-network-policy |
        | 3000                                      | fail   | web-app-network-policy |

    Scenario: Every namespace is meant
      Given the namespace "team-a"
      Then creating the Pod from "cases/pods.yaml#shop" with these values gives:
        | spec.containers[0].ports[0].containerPort | namespace | should | rule                   |
        | 80                                        | team-a    | pass   | web-app-network-policy |
        | 22                                        | team-a    | fail   | web-app-network-policy |

    Scenario: One other port is enough, in any container
      Then creating the Pod from "cases/pods.yaml#shop" with these values gives:
        | spec.containers[0].ports                            | spec.containers[1]                                                   | should | rule                   |
        | [{ containerPort: 80 }, { containerPort: 8443 }]    |                                                                      | pass   | web-app-network-policy |
        | [{ containerPort: 80 }, { containerPort: 9090 }]    |                                                                      | fail   | web-app-network-policy |
        | [{ containerPort: 443 }]                            | { name: api, image: api, ports: [{ containerPort: 8080 }] }          | pass   | web-app-network-policy |
        | [{ containerPort: 443 }]                            | { name: metrics, image: exporter, ports: [{ containerPort: 9090 }] } | fail   | web-app-network-policy |
        | (none)                                              | { name: metrics, image: exporter, ports: [{ containerPort: 9090 }] } | fail   | web-app-network-policy |

    @guide-gap
    Scenario Outline: A web application that lists no ports is let through, with no answer from the rule: ports <ports>
      Ports in a manifest are for information: a container listens where it likes, listed or not. The rule goes through
      the list and has nothing to say when it is empty.
      When the Pod from "cases/pods.yaml#shop" is created with:
        | spec.containers[0].ports | <ports> |
      Then it should pass
      And rule "web-app-network-policy" does not match

      Examples:
        | ports |
        |       |
        | []    |

    @guide-gap
    Scenario: Ports of init containers, sidecars included, are not looked at
      The rule goes through spec.containers. A sidecar, an init container that keeps running, may serve any port.
      When the Pod from "cases/pods.yaml#shop" is created with:
        | spec.initContainers | [{ name: mesh, image: envoy, restartPolicy: Always, ports: [{ containerPort: 15001 }] }] |
      Then it should pass rule "web-app-network-policy"

    @guide-gap
    Scenario: A standard port on a host port of any number should pass
      "Controlled port access" is about containerPort alone. This web application takes SSH's port on the node.
      When the Pod from "cases/pods.yaml#shop" is created with:
        | spec.containers[0].ports[0].hostPort | 22 |
      Then it should pass rule "web-app-network-policy"

  Rule: The label decides which rule matches

    Scenario: Labels are compared exactly
      Then creating the Pod from "cases/pods.yaml#shop" with these values gives:
        | metadata.labels["app.type"] | spec.containers[0].ports[0].containerPort | should    | rule                                            |
        | web                         | 22                                        | fail      | web-app-network-policy                          |
        | database                    | 22                                        | fail      | database-network-policy                         |
        | Web                         | 22                                        | not match | web-app-network-policy, database-network-policy |
        | Database                    | 22                                        | not match | web-app-network-policy, database-network-policy |
        | databases                   | 22                                        | not match | web-app-network-policy, database-network-policy |
        | webapp                      | 22                                        | not match | web-app-network-policy, database-network-policy |
        | cache                       | 22                                        | not match | web-app-network-policy, database-network-policy |
        | ""                          | 22                                        | not match | web-app-network-policy, database-network-policy |
        | (none)                      | 22                                        | not match | web-app-network-policy, database-network-policy |

    @guide-gap
    Scenario: Whoever leaves the label off is not judged
      The label is the author's choice. A database without it may use the host network and any host port.
      When the Pod from "cases/pods.yaml#database" is created with:
        | metadata.labels                      | { app: orders, tier: database } |
        | spec.hostNetwork                     | true                            |
      Then it should pass
      And no rule answers

    Scenario: Only Pods are meant, outside the system's namespaces
      When the Service from "cases/services.yaml#web" is created with:
        | metadata.labels | { app.type: database } |
      Then it should pass
      And no rule answers
      When the Pod from "cases/pods.yaml#database" is created in namespace "kube-system"
      Then it should pass
      And no rule answers

    @guide-gap
    Scenario Outline: Controllers of databases are let through, only their Pods will be denied: <kind>
      Kyverno derives rules for controllers only where a policy selects Pods by kind and namespace. A selector in one rule
      is enough to leave the whole policy without, so the controller is stored and never gets a Pod.
      When the <kind> from "cases/workloads.yaml" is created with:
        | metadata.labels["app.type"]            | database |
        | <template>.metadata.labels["app.type"] | database |
        | <template>.spec.hostNetwork            | true     |
      Then it should pass
      And no rule answers

      Examples:
        | kind        | template                       |
        | Deployment  | spec.template                  |
        | StatefulSet | spec.template                  |
        | DaemonSet   | spec.template                  |
        | CronJob     | spec.jobTemplate.spec.template |

  Rule: What exists already is not held against an update

    Background:
      Given these objects exist:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: db, labels: { app.type: database } }
        spec: { containers: [{ name: db, image: postgres, ports: [{ containerPort: 5432 }] }] }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: odd, labels: { app.type: web } }
        spec: { containers: [{ name: odd, image: nginx, ports: [{ containerPort: 3000 }] }] }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: plain, labels: { app: plain } }
        spec: { containers: [{ name: plain, image: nginx, ports: [{ containerPort: 3000 }] }] }
        """

    Scenario: Pods from before the policy may change
      When Pod "db" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass
      And rule "database-network-policy" is skipped with message "skipping the rule evaluation as pre-existing violations are allowed"
      When Pod "odd" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass
      And rule "web-app-network-policy" is skipped with message "skipping the rule evaluation as pre-existing violations are allowed"

    Scenario: A Pod that takes on a type is judged by it
      Then updating Pod "plain" with these values gives:
        | metadata.labels["app.type"] | should    | rule                    |
        | web                         | fail      | web-app-network-policy  |
        | database                    | fail      | database-network-policy |
        | cache                       | not match | web-app-network-policy  |

    Scenario: Deleting is not judged
      When Pod "db" is deleted
      Then it should pass
      And no rule answers
      When Pod "odd" is deleted
      Then it should pass
      And no rule answers
