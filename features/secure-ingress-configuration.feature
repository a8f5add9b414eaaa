Feature: Secure Ingress configuration
  An Ingress brings traffic from outside into the cluster, so it should take no plain HTTP. One rule asks for TLS with
  hosts, the other for two annotations of the NGINX controller that redirect HTTP to HTTPS.

  Background:
    Given the policy "secure-ingress-configuration"

  Rule: An Ingress must have TLS with hosts

    Scenario: An Ingress without TLS should fail, and the message names the field
      When the Ingress from "cases/ingresses.yaml#shop" is created with:
        | spec.tls |  |
      Then it should fail rule "require-tls"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Ingress/default/shop was blocked due to the following policies

        secure-ingress-configuration:
          require-tls: 'validation error: Ingress must use TLS. The field spec.tls must be specified. rule require-tls failed at path /spec/tls/'
        """

    Scenario: An Ingress with TLS and both annotations should pass
      When the Ingress from "cases/ingresses.yaml#shop" is created
      Then it should pass rules "require-tls" and "require-security-annotations"

    Scenario: Every entry of the list must have hosts
      Then creating the Ingress from "cases/ingresses.yaml#shop" with these values gives:
        | spec.tls                                                   | should     | rule        | message                          |
        | []                                                         | fail       | require-tls | failed at path /spec/tls/        |
        | [{}]                                                       | fail       | require-tls | failed at path /spec/tls/0/hosts/ |
        | [{ hosts: [] }]                                            | fail       | require-tls | failed at path /spec/tls/0/hosts/ |
        | [{ hosts: [shop.example.com] }]                            | pass       | require-tls |                                  |
        | [{ hosts: [shop.example.com, www.example.com] }]           | pass       | require-tls |                                  |
        | [{ hosts: ["*.example.com"] }]                             | pass       | require-tls |                                  |
        | [{ hosts: [shop.example.com] }, { hosts: [example.com] }]  | pass       | require-tls |                                  |
        | [{ hosts: ["*"] }]                                         | be refused |             | spec.tls[0].hosts[0]             |
        | [{ hosts: [""] }]                                          | be refused |             | spec.tls[0].hosts[0]             |
        | [{ hosts: [shop.example.com] }, { secretName: other-tls }] | fail       | require-tls | failed at path /spec/tls/1/hosts/ |

    @guide-gap
    Scenario: TLS with a secret for all hosts should fail, although spec.tls is specified
      Kubernetes takes an entry without hosts as one for every host of the Ingress. The rule wants hosts spelled out, and
      its message then tells the author to specify a field that is there.
      When the Ingress from "cases/ingresses.yaml#shop" is created with:
        | spec.tls | [{ secretName: shop-tls }] |
      Then it should fail rule "require-tls"
      And the message of rule "require-tls" is "validation error: Ingress must use TLS. The field spec.tls must be specified. rule require-tls failed at path /spec/tls/0/hosts/"

    @guide-gap
    Scenario: TLS for another host than the one that is served should pass
      The pattern "*" accepts any host and does not compare it with the rules of the Ingress. The shop is served over
      plain HTTP here, and its certificate is for a host that nobody asks for.
      When the Ingress from "cases/ingresses.yaml#shop" is created with:
        | spec.tls | [{ hosts: [other.example.com], secretName: other-tls }] |
      Then it should pass rule "require-tls"

    @guide-gap
    Scenario: TLS without a certificate should pass
      The rule asks for hosts only. Without secretName there is no certificate of the author's, and what is served depends
      on the controller.
      When the Ingress from "cases/ingresses.yaml#shop" is created with:
        | spec.tls[0].secretName |  |
      Then it should pass rule "require-tls"

  Rule: An Ingress must have both annotations that redirect to HTTPS

    Scenario: An Ingress without annotations should fail
      When the Ingress from "cases/ingresses.yaml#shop" is created with:
        | metadata.annotations |  |
      Then it should fail rule "require-security-annotations"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Ingress/default/shop was blocked due to the following policies

        secure-ingress-configuration:
          require-security-annotations: 'validation error: Ingress must have security annotations for SSL redirect and HSTS. rule require-security-annotations failed at path /metadata/annotations/'
        """

    Scenario: Each annotation is needed, and its value is compared as text
      Then creating the Ingress from "cases/ingresses.yaml#shop" with these values gives:
        | metadata.annotations["nginx.ingress.kubernetes.io/ssl-redirect"] | metadata.annotations["nginx.ingress.kubernetes.io/force-ssl-redirect"] | should     | rule                         | message                     |
        | "true"                                                           | "true"                                                                 | pass       | require-security-annotations |                             |
        | "false"                                                          | "true"                                                                 | fail       | require-security-annotations | kubernetes.io/ssl-redirect/ |
        | "true"                                                           | "false"                                                                | fail       | require-security-annotations | io/force-ssl-redirect/      |
        | (none)                                                           | "true"                                                                 | fail       | require-security-annotations | kubernetes.io/ssl-redirect/ |
        | "true"                                                           | (none)                                                                 | fail       | require-security-annotations | io/force-ssl-redirect/      |
        | "True"                                                           | "true"                                                                 | fail       | require-security-annotations | kubernetes.io/ssl-redirect/ |
        | "1"                                                              | "true"                                                                 | fail       | require-security-annotations | kubernetes.io/ssl-redirect/ |
        | true                                                             | "true"                                                                 | be refused |                              |                             |

    Scenario: Without TLS and without annotations both rules should fail, in one message
      When the Ingress from "cases/ingresses.yaml#plain" is created
      Then it should fail rules "require-tls" and "require-security-annotations"

    @guide-gap
    Scenario: HSTS may be switched off
      The policy's message speaks of HSTS, but no rule looks at it. An Ingress that disables it should pass.
      When the Ingress from "cases/ingresses.yaml#shop" is created with:
        | metadata.annotations["nginx.ingress.kubernetes.io/hsts"] | "false" |
      Then it should pass rule "require-security-annotations"

    @guide-gap
    Scenario: An Ingress of another controller must carry NGINX's annotations
      The annotations mean something to the NGINX controller only. An Ingress for Traefik that redirects in Traefik's own
      way should fail, and passes with annotations that Traefik does not read.
      When the Ingress from "cases/ingresses.yaml#shop" is created with:
        | spec.ingressClassName | traefik                                                                       |
        | metadata.annotations  | { traefik.ingress.kubernetes.io/router.entrypoints: websecure } |
      Then it should fail rule "require-security-annotations"
      When the Ingress from "cases/ingresses.yaml#shop" is created with:
        | spec.ingressClassName | traefik |
      Then it should pass rules "require-tls" and "require-security-annotations"

  Rule: Only Ingresses are judged, outside the system's namespaces

    @guide-gap
    Scenario: A LoadBalancer Service that serves plain HTTP is not asked for TLS
      The guide wants secure ways into the cluster, but the rules know one of them. A Service of type LoadBalancer needs
      neither TLS nor annotations.
      When the Service from "cases/services.yaml#web" is created with:
        | spec.type | LoadBalancer |
      Then it should pass
      And no rule answers

    Scenario: Pods and DaemonSets are not asked for TLS
      When the Pod from "cases/pods.yaml#web" is created
      Then no rule answers
      When the DaemonSet from "cases/workloads.yaml" is created
      Then no rule answers

    Scenario: kube-system is outside Kyverno's default configuration
      When the Ingress from "cases/ingresses.yaml#plain" is created in namespace "kube-system"
      Then it should pass
      And no rule answers

    Scenario: All other namespaces are judged alike
      Given the namespaces "production" and "dev-x"
      Then creating each of these gives:
        | file                       | namespace  | should | rule                                      |
        | cases/ingresses.yaml#plain | production | fail   | require-tls, require-security-annotations |
        | cases/ingresses.yaml#plain | dev-x      | fail   | require-tls, require-security-annotations |
        | cases/ingresses.yaml#shop  | production | pass   | require-tls, require-security-annotations |

  Rule: What exists already is not held against an update

    Background:
      Given the objects from "cases/ingresses.yaml" exist

    Scenario: An Ingress from before the policy may change
      When Ingress "plain" is changed with:
        | spec.rules[0].host | www.example.com |
      Then it should pass
      And these rules answer:
        | rule                         | outcome    | message                                                               |
        | require-tls                  | is skipped | skipping the rule evaluation as pre-existing violations are allowed |
        | require-security-annotations | is skipped | skipping the rule evaluation as pre-existing violations are allowed |

    Scenario: Half a repair is let through, since the other half was missing before
      When Ingress "plain" is patched with:
        """
        spec: { tls: [{ hosts: [shop.example.com] }] }
        """
      Then it should pass rule "require-tls"
      And rule "require-security-annotations" is skipped

    Scenario: An Ingress that was secure must stay so
      When Ingress "shop" is changed with:
        | spec.tls |  |
      Then it should fail rule "require-tls"
      When Ingress "shop" is patched with:
        """
        metadata: { annotations: { nginx.ingress.kubernetes.io/ssl-redirect: "false" } }
        """
      Then it should fail rule "require-security-annotations"

    Scenario: Deleting is not judged
      When Ingress "plain" is deleted
      Then it should pass
      And no rule answers
