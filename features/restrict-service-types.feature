Feature: Restrict Service types
  A Service of type NodePort opens a port on every node, one of type LoadBalancer asks the cloud for a public address. The
  policy denies the first anywhere and the second in the namespaces of development.

  Background:
    Given the policy "restrict-service-types"
    And the namespaces "production", "development", "dev-x" and "staging"

  Rule: A Service must not be of type NodePort

    Scenario: A NodePort Service should fail, and the message says what to use instead
      When the Service from "cases/services.yaml#web" is created with:
        | spec.type              | NodePort |
        | spec.ports[0].nodePort | 30080    |
      Then it should fail rule "restrict-nodeport"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Service/default/web was blocked due to the following policies

        restrict-service-types:
          restrict-nodeport: 'validation error: NodePort services are not allowed. Use ClusterIP or LoadBalancer instead. rule restrict-nodeport failed at path /spec/type/'
        """

    Scenario: Every other type should pass
      Then creating the Service from "cases/services.yaml#web" with these values gives:
        | spec.type    | spec.externalName | should     | rule              |
        | ClusterIP    |                   | pass       | restrict-nodeport |
        | LoadBalancer |                   | pass       | restrict-nodeport |
        | ExternalName | shop.example.com  | pass       | restrict-nodeport |
        | NodePort     |                   | fail       | restrict-nodeport |
        | nodeport     |                   | be refused |                   |

    Scenario: A Service without a type should pass, since the API server makes it ClusterIP
      When the Service from "cases/services.yaml#web" is created
      Then it should pass rule "restrict-nodeport"
      And the judged object has:
        | spec.type | ClusterIP |

    Scenario: NodePort is denied in every namespace
      Then creating the Service from "cases/services.yaml#web" with these values gives:
        | spec.type | namespace   | should | rule              |
        | NodePort  | production  | fail   | restrict-nodeport |
        | NodePort  | development | fail   | restrict-nodeport |
        | NodePort  | staging     | fail   | restrict-nodeport |
        | NodePort  | default     | fail   | restrict-nodeport |

    Scenario: kube-system is outside Kyverno's default configuration
      When the Service from "cases/services.yaml#web" is created with:
        | metadata.namespace | kube-system |
        | spec.type          | NodePort    |
      Then it should pass
      And no rule answers

    Scenario: The rules are about Services, not about Pods, DaemonSets or Ingresses
      When the DaemonSet from "cases/workloads.yaml" is created in namespace "development"
      Then no rule answers
      When the Pod from "cases/pods.yaml#web" is created in namespace "development"
      Then no rule answers
      When the Pod from "cases/pods.yaml#web" is created
      Then no rule answers
      When the Ingress from "cases/ingresses.yaml#shop" is created
      Then no rule answers

  Rule: In the namespaces of development a Service must not be of type LoadBalancer

    Scenario: A LoadBalancer in development should fail, and the message says where it is not allowed
      When the Service from "cases/services.yaml#web" is created with:
        | metadata.namespace | development  |
        | spec.type          | LoadBalancer |
      Then it should fail rule "restrict-loadbalancer"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Service/development/web was blocked due to the following policies

        restrict-service-types:
          restrict-loadbalancer: 'validation error: LoadBalancer services are not allowed in development environments. rule restrict-loadbalancer failed at path /spec/type/'
        """

    Scenario: development, staging and every dev-… are meant, and nothing that only looks like them
      Given the namespaces "dev", "dev-team-a", "devops", "development-2", "staging-eu", "my-dev-x", "my-staging", "predevelopment" and "prod-dev-x"
      Then creating the Service from "cases/services.yaml#web" with these values gives:
        | spec.type    | namespace     | should    | rule                  |
        | LoadBalancer | development   | fail      | restrict-loadbalancer |
        | LoadBalancer | staging       | fail      | restrict-loadbalancer |
        | LoadBalancer | dev-x         | fail      | restrict-loadbalancer |
        | LoadBalancer | dev-team-a    | fail      | restrict-loadbalancer |
        | LoadBalancer | dev           | not match | restrict-loadbalancer |
        | LoadBalancer | devops        | not match | restrict-loadbalancer |
        | LoadBalancer | development-2 | not match | restrict-loadbalancer |
        | LoadBalancer | staging-eu    | not match | restrict-loadbalancer |
        | LoadBalancer | my-dev-x      | not match | restrict-loadbalancer |
        | LoadBalancer | my-staging    | not match | restrict-loadbalancer |
        | LoadBalancer | predevelopment | not match | restrict-loadbalancer |
        | LoadBalancer | prod-dev-x    | not match | restrict-loadbalancer |
        | LoadBalancer | production    | not match | restrict-loadbalancer |
        | LoadBalancer | default       | not match | restrict-loadbalancer |

    Scenario: The other types should pass there
      Then creating the Service from "cases/services.yaml#web" with these values gives:
        | spec.type    | spec.externalName | namespace   | should | rule                                     |
        | ClusterIP    |                   | development | pass   | restrict-nodeport, restrict-loadbalancer |
        | ClusterIP    |                   | dev-x       | pass   | restrict-nodeport, restrict-loadbalancer |
        | ClusterIP    |                   | staging     | pass   | restrict-nodeport, restrict-loadbalancer |
        | ExternalName | shop.example.com  | dev-x       | pass   | restrict-nodeport, restrict-loadbalancer |
        | NodePort     |                   | dev-x       | fail   | restrict-nodeport                        |

  Rule: There are other ways out of the cluster

    @guide-gap
    Scenario: A LoadBalancer opens node ports as well, and should pass
      The guide forbids node ports to keep services off the nodes, and recommends LoadBalancer instead. But Kubernetes
      allocates a node port for each port of a LoadBalancer unless told otherwise, and that is not looked at.
      When the Service from "cases/services.yaml#web" is created with:
        | spec.type              | LoadBalancer |
        | spec.ports[0].nodePort | 30080        |
      Then it should pass rule "restrict-nodeport"
      And the judged object has:
        | spec.allocateLoadBalancerNodePorts | true  |
        | spec.ports[0].nodePort             | 30080 |

    @guide-gap
    Scenario: A ClusterIP Service with external addresses should pass
      The policy means to keep services from external networks, yet reads only their type. With externalIPs a ClusterIP
      Service takes traffic from outside; the API server does no more than warn.
      When the Service from "cases/services.yaml#web" is created with:
        | metadata.namespace | staging       |
        | spec.externalIPs   | [203.0.113.7] |
      Then it should pass rules "restrict-nodeport" and "restrict-loadbalancer"
      And the warnings are:
        """
        299 - "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
        """

    @guide-gap
    Scenario: A Service may lead to any name outside the cluster
      ExternalName is neither of the two types that are denied. In staging, and anywhere else, a Service may send the
      cluster's traffic to an external network.
      When the Service from "cases/services.yaml#elsewhere" is created in namespace "staging"
      Then it should pass rules "restrict-nodeport" and "restrict-loadbalancer"

    @guide-gap
    Scenario: In development the message recommends what the other rule denies
      "Use ClusterIP or LoadBalancer instead" is also what a developer reads in a namespace where LoadBalancer is denied.
      When the Service from "cases/services.yaml#web" is created with:
        | metadata.namespace | development |
        | spec.type          | NodePort    |
      Then it should fail rule "restrict-nodeport"
      And the message of rule "restrict-nodeport" contains "Use ClusterIP or LoadBalancer instead."
      When the Service from "cases/services.yaml#web" is created with:
        | metadata.namespace | development  |
        | spec.type          | LoadBalancer |
      Then it should fail rule "restrict-loadbalancer"

  Rule: What exists already is not held against an update

    Background:
      Given these objects exist:
        """
        apiVersion: v1
        kind: Service
        metadata: { name: open, namespace: dev-x }
        spec:
          type: NodePort
          clusterIP: 10.96.0.21
          clusterIPs: [10.96.0.21]
          ports: [{ port: 80, nodePort: 30080 }]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: public, namespace: dev-x }
        spec:
          type: LoadBalancer
          clusterIP: 10.96.0.23
          clusterIPs: [10.96.0.23]
          ports: [{ port: 80, nodePort: 30090 }]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: closed, namespace: dev-x }
        spec:
          type: ClusterIP
          clusterIP: 10.96.0.22
          clusterIPs: [10.96.0.22]
          ports: [{ port: 80 }]
        """

    Scenario: A NodePort Service from before the policy may change, and even open a second port
      When Service "open" is changed with:
        | spec.ports[0].name | http                                         |
        | spec.ports[1]      | { name: admin, port: 8080, nodePort: 30081 } |
      Then it should pass rule "restrict-loadbalancer"
      And rule "restrict-nodeport" is skipped with message "skipping the rule evaluation as pre-existing violations are allowed"

    Scenario: A LoadBalancer in development from before the policy may change
      When Service "public" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass rule "restrict-nodeport"
      And rule "restrict-loadbalancer" is skipped

    Scenario: A Service is judged by its new type
      Then updating Service "closed" with these values gives:
        | spec.type    | should | rule                                     |
        | NodePort     | fail   | restrict-nodeport                        |
        | LoadBalancer | fail   | restrict-loadbalancer                    |
        | ClusterIP    | pass   | restrict-nodeport, restrict-loadbalancer |
      And updating Service "open" with these values gives:
        | spec.type    | should | rule                  | (why)                          |
        | LoadBalancer | fail   | restrict-loadbalancer | another rule than it failed    |

    Scenario: Deleting is not judged
      When Service "open" is deleted
      Then it should pass
      And no rule answers
