Feature: Restrict DNS configuration
  A Pod with a resolver of its own can be led to false addresses, or carry data out in its queries. One rule allows only
  the DNS policies Default and ClusterFirst, the other forbids `spec.dnsConfig`.

  Background:
    Given the policy "restrict-dns-configuration"

  Rule: The DNS policy must be Default or ClusterFirst

    Scenario: Another DNS policy should fail, and the message names the allowed ones
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.dnsPolicy | ClusterFirstWithHostNet |
      Then it should fail rule "restrict-dns-policy"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/web was blocked due to the following policies

        restrict-dns-configuration:
          restrict-dns-policy: 'validation error: Custom DNS policy is not allowed. Use Default or ClusterFirst only. rule restrict-dns-policy failed at path /spec/dnsPolicy/'
        """

    Scenario: Each DNS policy that Kubernetes knows
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | spec.dnsPolicy          | should     | rule                |
        | ClusterFirst            | pass       | restrict-dns-policy |
        | Default                 | pass       | restrict-dns-policy |
        | ClusterFirstWithHostNet | fail       | restrict-dns-policy |
        | clusterfirst            | be refused |                     |

    Scenario Outline: A Pod with <how> should pass, since the API server makes it ClusterFirst
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.dnsPolicy | <value> |
      Then it should pass rule "restrict-dns-policy"
      And the judged object has:
        | spec.dnsPolicy | ClusterFirst |

      Examples:
        | how                 | value |
        | no DNS policy       |       |
        | an empty DNS policy | ""    |
        | a null DNS policy   | null  |

    @guide-gap
    Scenario: A Pod in the host network cannot use the cluster's DNS
      Kubernetes has ClusterFirstWithHostNet for Pods in the host network; with ClusterFirst such a Pod gets the resolver
      of its node. The rule denies the first and allows the second, also where the host network itself is allowed.
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | true                    |
        | spec.dnsPolicy   | ClusterFirstWithHostNet |
      Then it should fail rule "restrict-dns-policy"
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostNetwork | true         |
        | spec.dnsPolicy   | ClusterFirst |
      Then it should pass rule "restrict-dns-policy"

  Rule: A Pod must not have a DNS configuration of its own

    Scenario: A Pod with nameservers should fail
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.dnsConfig | { nameservers: [203.0.113.53] } |
      Then it should fail rule "restrict-custom-dns"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/web was blocked due to the following policies

        restrict-dns-configuration:
          restrict-custom-dns: 'validation error: Custom DNS configuration is not allowed in production environments. rule restrict-custom-dns failed at path /spec/dnsConfig/'
        """

    Scenario: Any DNS configuration counts, also one that only sets an option
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | spec.dnsConfig                        | should | rule                | (why)                          |
        | { nameservers: [203.0.113.53] }       | fail   | restrict-custom-dns |                                |
        | { searches: [example.com] }           | fail   | restrict-custom-dns |                                |
        | { options: [{ name: ndots, value: "2" }] } | fail | restrict-custom-dns | harmless, and common         |
        | {}                                    | fail   | restrict-custom-dns | sets nothing                   |
        | null                                  | pass   | restrict-custom-dns | dropped by the API server      |
        | (none)                                | pass   | restrict-custom-dns |                                |

    Scenario: DNS policy None needs a configuration of its own, so both rules should fail
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.dnsPolicy | None |
      Then it should be refused by the API server with code 422
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.dnsPolicy | None                            |
        | spec.dnsConfig | { nameservers: [203.0.113.53] } |
      Then it should fail rules "restrict-dns-policy" and "restrict-custom-dns"

    @guide-gap
    Scenario Outline: The message speaks of production, the rule means every namespace: <namespace>
      The rule matches Pods everywhere. A developer who sets a search domain in a namespace of development is told that
      this is not allowed in production.
      Given the namespace "<namespace>"
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace | <namespace>               |
        | spec.dnsConfig     | { searches: [example.com] } |
      Then it should fail rule "restrict-custom-dns"
      And the message of rule "restrict-custom-dns" contains "not allowed in production environments"

      Examples:
        | namespace   |
        | production  |
        | development |
        | dev-x       |
        | team-a      |

    @guide-gap
    Scenario: Names can still be led astray through hostAliases
      The guide means to prevent DNS hijacking. Entries in the Pod's hosts file win over any DNS answer, and are not
      looked at.
      When the Pod from "cases/pods.yaml#web" is created with:
        | spec.hostAliases | [{ ip: 203.0.113.7, hostnames: [api.example.com] }] |
      Then it should pass rules "restrict-dns-policy" and "restrict-custom-dns"

  Rule: Kyverno derives the same rules for everything that runs Pods

    Scenario Outline: A <kind> is judged by its Pod template
      When the <kind> from "cases/workloads.yaml" is created with:
        | <template>.spec.dnsPolicy | Default |
      Then it should pass rules "<policy rule>" and "<config rule>"
      When the <kind> from "cases/workloads.yaml" is created with:
        | <template>.spec.dnsPolicy | ClusterFirstWithHostNet |
      Then it should fail rule "<policy rule>"
      When the <kind> from "cases/workloads.yaml" is created with:
        | <template>.spec.dnsConfig | { searches: [example.com] } |
      Then it should fail rule "<config rule>"

      Examples:
        | kind                  | template                       | policy rule                         | config rule                         |
        | Deployment            | spec.template                  | autogen-restrict-dns-policy         | autogen-restrict-custom-dns         |
        | StatefulSet           | spec.template                  | autogen-restrict-dns-policy         | autogen-restrict-custom-dns         |
        | DaemonSet             | spec.template                  | autogen-restrict-dns-policy         | autogen-restrict-custom-dns         |
        | Job                   | spec.template                  | autogen-restrict-dns-policy         | autogen-restrict-custom-dns         |
        | ReplicationController | spec.template                  | autogen-restrict-dns-policy         | autogen-restrict-custom-dns         |
        | CronJob               | spec.jobTemplate.spec.template | autogen-cronjob-restrict-dns-policy | autogen-cronjob-restrict-custom-dns |

    @engine
    Scenario: Without Kyverno's own filters a ReplicaSet should fail like a Deployment
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the ReplicaSet from "cases/workloads.yaml" is created with:
        | spec.template.spec.dnsPolicy | ClusterFirstWithHostNet |
      Then it should fail rule "autogen-restrict-dns-policy"

    Scenario: ReplicaSets, system namespaces and other kinds are not judged
      When the ReplicaSet from "cases/workloads.yaml" is created with:
        | spec.template.spec.dnsPolicy | ClusterFirstWithHostNet |
      Then it should pass
      And no rule answers
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.namespace | kube-system             |
        | spec.dnsPolicy     | ClusterFirstWithHostNet |
      Then it should pass
      And no rule answers
      When the Service from "cases/services.yaml#elsewhere" is created
      Then no rule answers

  Rule: What exists already is not held against an update

    Background:
      Given these objects exist:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: old }
        spec:
          dnsPolicy: None
          dnsConfig: { nameservers: [203.0.113.53] }
          containers: [{ name: web, image: nginx }]
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

    Scenario: A Pod from before the policy keeps its resolver
      When Pod "old" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass
      And these rules answer:
        | rule                | outcome    | message                                                             |
        | restrict-dns-policy | is skipped | skipping the rule evaluation as pre-existing violations are allowed |
        | restrict-custom-dns | is skipped | skipping the rule evaluation as pre-existing violations are allowed |

    Scenario: A Deployment that was clean must stay so
      Then updating Deployment "good" with these values gives:
        | spec.template.spec.dnsPolicy | spec.template.spec.dnsConfig | should | rule                        |
        | Default                      |                              | pass   | autogen-restrict-dns-policy |
        | ClusterFirstWithHostNet      |                              | fail   | autogen-restrict-dns-policy |
        |                              | { searches: [example.com] }  | fail   | autogen-restrict-custom-dns |

    Scenario: Deleting is not judged
      When Pod "old" is deleted
      Then it should pass
      And no rule answers
