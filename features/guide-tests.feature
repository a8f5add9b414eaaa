Feature: The guide's own tests
  The guide ends with five manifests and, in its quick start, two kubectl lines, and says for each whether it should fail
  or pass. Each is sent as it stands, first with the policy it is meant for, then with all ten policies together.

  Rule: With the policy of its section each test comes out as the guide says

    Scenario: Quick start: kubectl run with the host network should fail
      Given the policy "disallow-host-network"
      When I run `kubectl run test-hostnet --image=nginx --overrides='{"spec":{"hostNetwork":true}}'`
      Then it should fail rule "disallow-host-network/host-network"

    Scenario: Quick start: kubectl run of a normal Pod should pass
      Given the policy "disallow-host-network"
      When I run `kubectl run test-normal --image=nginx`
      Then it should pass rule "disallow-host-network/host-network"

    Scenario: Test host network access: should fail
      Given the policy "disallow-host-network"
      When the Pod from "cases/guide/test-host-network.yaml" is created
      Then it should fail rule "disallow-host-network/host-network"

    Scenario: Test host port binding: should fail
      Given the policy "disallow-host-ports"
      When the Pod from "cases/guide/test-host-port.yaml" is created
      Then it should fail rule "disallow-host-ports/host-ports-none"

    Scenario: Test host port binding: should fail by its range as well
      Given the policy "restrict-host-port-range"
      When the Pod from "cases/guide/test-host-port.yaml" is created
      Then it should fail rule "restrict-host-port-range/host-port-range"

    Scenario: Test NodePort Service: should fail
      Given the policy "restrict-service-types"
      When the Service from "cases/guide/test-nodeport.yaml" is created
      Then it should fail rule "restrict-service-types/restrict-nodeport"

    Scenario Outline: Test valid network configuration: the Pod should pass <policy>
      Given the policy "<policy>"
      When the Pod from "cases/guide/test-secure-network.yaml" is created
      Then it should pass rules <rules>

      Examples:
        | policy                           | rules                                                    |
        | disallow-host-network            | "host-network"                                           |
        | disallow-host-ports              | "host-ports-none"                                        |
        | restrict-dns-configuration       | "restrict-dns-policy" and "restrict-custom-dns"          |
        | network-segmentation-enforcement | "frontend-backend-separation", "require-network-labels"  |

    Scenario: Test valid network configuration: the Service should pass
      Given the policy "restrict-service-types"
      When the Service from "cases/guide/test-service.yaml" is created
      Then it should pass rule "restrict-service-types/restrict-nodeport"

  Rule: With all ten policies together

    Background:
      Given all policies

    Scenario: What should fail fails, for more reasons than its own
      When the Pod from "cases/guide/test-host-network.yaml" is created
      Then it should fail
      And these rules answer:
        | policy                           | rule                        | outcome        |
        | disallow-host-network            | host-network                | fails          |
        | network-segmentation-enforcement | require-network-labels      | fails          |
        | require-network-policies         | require-netpol              | errors         |
        | disallow-host-ports              | host-ports-none             | passes         |
        | restrict-dns-configuration       | restrict-dns-policy         | passes         |
        | restrict-dns-configuration       | restrict-custom-dns         | passes         |
        | restrict-host-port-range         | host-port-range             | is skipped     |
        | network-segmentation-enforcement | frontend-backend-separation | does not match |
        | application-network-policies     | web-app-network-policy      | does not match |
      When the Pod from "cases/guide/test-host-port.yaml" is created
      Then it should fail
      And these rules answer:
        | policy                           | rule                   | outcome |
        | disallow-host-ports              | host-ports-none        | fails   |
        | restrict-host-port-range         | host-port-range        | fails   |
        | network-segmentation-enforcement | require-network-labels | fails   |
        | require-network-policies         | require-netpol         | errors  |
        | disallow-host-network            | host-network           | passes  |
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/test-host-port was blocked due to the following policies

        disallow-host-ports:
          host-ports-none: 'validation error: Use of host ports is disallowed. The fields spec.containers[*].ports[*].hostPort, spec.initContainers[*].ports[*].hostPort, and spec.ephemeralContainers[*].ports[*].hostPort must either be unset or set to 0. rule host-ports-none failed at path /spec/containers/0/ports/0/hostPort/'
        network-segmentation-enforcement:
          require-network-labels: 'validation error: Pods must have network tier labels for segmentation. rule require-network-labels failed at path /metadata/labels/'
        require-network-policies:
          require-netpol: 'failed to check deny conditions: failed to substitute variables in condition key: failed to resolve netpols at path : failed to fetch data for APICall: failed to substitute variables in context entry netpols /apis/networking.k8s.io/v1/namespaces/{{ request.namespace }}/networkpolicies: failed to resolve request.object.metadata.labels.app at path /jmesPath: JMESPath query failed: Unknown key "labels" in path'
        restrict-host-port-range:
          host-port-range: 'validation failure: Host ports must be within the allowed range 30000-32767.'
        """
      When the Service from "cases/guide/test-nodeport.yaml" is created
      Then it should fail rule "restrict-service-types/restrict-nodeport"

    Scenario: The Service that should pass passes
      When the Service from "cases/guide/test-service.yaml" is created
      Then it should pass rule "restrict-service-types/restrict-nodeport"

    @guide-gap
    Scenario: The Pod that should pass is denied in a cluster without NetworkPolicies
      The guide's manifest comes without the NetworkPolicy that require-network-policies asks for. Who follows the guide
      to its end sees its last test fail.
      When the Pod from "cases/guide/test-secure-network.yaml" is created
      Then it should fail rule "require-network-policies/require-netpol"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/test-secure-network was blocked due to the following policies

        require-network-policies:
          require-netpol: Pods must have an associated NetworkPolicy. Create a NetworkPolicy that selects this pod.
        """

    Scenario: The Pod that should pass passes where a NetworkPolicy names its app
      Given the objects from "cases/network-policies.yaml" exist
      When the Pod from "cases/guide/test-secure-network.yaml" is created
      Then it should pass
      And these rules answer:
        | policy                           | rule                            | outcome        |
        | disallow-host-network            | host-network                    | passes         |
        | disallow-host-ports              | host-ports-none                 | passes         |
        | require-network-policies         | require-netpol                  | passes         |
        | restrict-dns-configuration       | restrict-dns-policy             | passes         |
        | restrict-dns-configuration       | restrict-custom-dns             | passes         |
        | network-segmentation-enforcement | frontend-backend-separation     | passes         |
        | network-segmentation-enforcement | require-network-labels          | passes         |
        | restrict-host-port-range         | host-port-range                 | does not match |
        | environment-network-security     | production-network-restrictions | does not match |

    @guide-gap
    Scenario: The Pod that should pass also passes where the NetworkPolicy selects other Pods
      The policy compares matchLabels.app and no other label. The NetworkPolicy below is for the app's databases, and the
      guide's Pod is a frontend.
      Given this object exists:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: databases, namespace: default }
        spec: { podSelector: { matchLabels: { app: web-app, tier: database } } }
        """
      When the Pod from "cases/guide/test-secure-network.yaml" is created
      Then it should pass rule "require-network-policies/require-netpol"

    @guide-gap
    Scenario: The normal Pod of the quick start is denied
      kubectl run gives a Pod the label run and no other. With all policies in force it lacks a tier, and the query for
      its NetworkPolicy fails for want of the label app.
      When I run `kubectl run test-normal --image=nginx`
      Then it should fail
      And these rules answer:
        | policy                           | rule                   | outcome |
        | network-segmentation-enforcement | require-network-labels | fails   |
        | require-network-policies         | require-netpol         | errors  |
        | disallow-host-network            | host-network           | passes  |
      When I run:
        """
        kubectl run test-hostnet --image=nginx --overrides='{"spec":{"hostNetwork":true}}'
        """
      Then it should fail
      And these rules answer:
        | policy                           | rule                   | outcome |
        | disallow-host-network            | host-network           | fails   |
        | network-segmentation-enforcement | require-network-labels | fails   |
        | require-network-policies         | require-netpol         | errors  |

    @guide-gap
    Scenario Outline: The valid configuration is denied in production and development: <namespace>
      environment-network-security denies every Pod in its namespaces, whatever the Pod does. So nothing can be created in
      production or development once all ten policies are in force.
      Given the namespace "<namespace>"
      And this object exists:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: web, namespace: <namespace> }
        spec: { podSelector: { matchLabels: { app: web-app } } }
        """
      When the Pod from "cases/guide/test-secure-network.yaml" is created in namespace "<namespace>"
      Then it should fail rule "environment-network-security/<rule>"

      Examples:
        | namespace   | rule                             |
        | production  | production-network-restrictions  |
        | prod-eu     | production-network-restrictions  |
        | development | development-network-restrictions |
        | staging     | development-network-restrictions |

    Scenario: The valid configuration passes in any other namespace
      Given the namespace "team-a"
      And this object exists:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: web, namespace: team-a }
        spec: { podSelector: { matchLabels: { app: web-app } } }
        """
      When the Pod from "cases/guide/test-secure-network.yaml" is created in namespace "team-a"
      Then it should pass rules "host-network", "host-ports-none", "require-netpol" and "require-network-labels"

  Rule: Trying a policy out before it denies

    Scenario: Set to Audit, a policy lets the Pod through and says what it would have denied
      Given the policy "disallow-host-network" set to Audit
      When the Pod from "cases/guide/test-host-network.yaml" is created
      Then it should pass
      And rule "host-network" fails
      And there are no warnings

    Scenario: One policy audits while another denies
      Given the policy "disallow-host-ports" set to Audit
      And the policy "restrict-host-port-range"
      When the Pod from "cases/guide/test-host-port.yaml" is created
      Then it should fail rule "host-port-range"
      And rule "host-ports-none" fails
