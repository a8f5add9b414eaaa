Feature: Require NetworkPolicies
  Without a NetworkPolicy every Pod may talk to every other. The policy asks the API server for the NetworkPolicies of
  the Pod's namespace and denies the Pod when none of them has `matchLabels.app` equal to the Pod's own label `app`.

  Background:
    Given the policy "require-network-policies"
    And the objects from "cases/network-policies.yaml" exist

  Rule: A Pod needs a NetworkPolicy that names its app, in its own namespace

    Scenario: A Pod whose app no NetworkPolicy names should fail
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.labels.app | checkout |
      Then it should fail rule "require-netpol"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/web was blocked due to the following policies

        require-network-policies:
          require-netpol: Pods must have an associated NetworkPolicy. Create a NetworkPolicy that selects this pod.
        """

    Scenario: A Pod whose app a NetworkPolicy names should pass
      When the Pod from "cases/pods.yaml#web" is created
      Then it should pass rule "require-netpol"

    Scenario: One NetworkPolicy of several is enough, and more than one are fine
      Given these objects exist:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: web-egress, namespace: default }
        spec: { podSelector: { matchLabels: { app: web-app } }, policyTypes: [Egress] }
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: checkout, namespace: default }
        spec: { podSelector: { matchLabels: { app: checkout } } }
        """
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | metadata.labels.app | should | rule           |
        | web-app             | pass   | require-netpol |
        | checkout            | pass   | require-netpol |
        | web-app-2           | fail   | require-netpol |
        | Web-App             | fail   | require-netpol |
        | web-*               | be refused |            |
        | ""                  | fail   | require-netpol |

    Scenario: A NetworkPolicy of another namespace does not count
      Given the namespaces "team-a" and "team-b"
      And this object exists:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: web, namespace: team-a }
        spec: { podSelector: { matchLabels: { app: web-app } } }
        """
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | namespace | should | rule           |
        | default   | pass   | require-netpol |
        | team-a    | pass   | require-netpol |
        | team-b    | fail   | require-netpol |

    Scenario: Other kinds than Pods are not asked for a NetworkPolicy
      When the Service from "cases/services.yaml#web" is created
      Then no rule answers

  Rule: What the NetworkPolicy selects and allows is not looked at

    @guide-gap
    Scenario: A NetworkPolicy that selects other Pods of the same app lets this one through
      The rule compares one label and nothing else. The NetworkPolicy below selects only the app's databases, so the Pod
      runs without any, although the guide promises one that selects it.
      Given this object exists:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: web, namespace: default }
        spec: { podSelector: { matchLabels: { app: web-app, tier: database } } }
        """
      When the Pod from "cases/pods.yaml#web" is created
      Then it should pass rule "require-netpol"

    @guide-gap
    Scenario: A NetworkPolicy that allows all traffic is enough
      Only its podSelector is read, never its rules. A NetworkPolicy that allows everything satisfies the policy.
      Given this object exists:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: web, namespace: default }
        spec:
          podSelector: { matchLabels: { app: web-app } }
          policyTypes: [Ingress, Egress]
          ingress: [{}]
          egress: [{}]
        """
      When the Pod from "cases/pods.yaml#web" is created
      Then it should pass rule "require-netpol"

    @guide-gap
    Scenario Outline: Other selectors that cover the Pod are not seen, so it should fail: <which>
      The usual "default deny" NetworkPolicy has an empty podSelector and covers every Pod of its namespace; a selector
      may also use matchExpressions or other labels. The rule sees none of these, only matchLabels.app.
      Given the namespace "covered"
      And this object exists:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: covers-it, namespace: covered }
        spec: { podSelector: <selector>, policyTypes: [Ingress, Egress] }
        """
      When the Pod from "cases/pods.yaml#web" is created in namespace "covered"
      Then it should fail rule "require-netpol"

      Examples:
        | which                        | selector                                                                   |
        | A default deny for all Pods  | {}                                                                         |
        | A selector by another label  | { matchLabels: { tier: frontend } }                                        |
        | A selector with an expression | { matchExpressions: [{ key: app, operator: In, values: [web-app] }] }     |

    @guide-gap
    Scenario: The NetworkPolicy may be deleted as soon as the Pod runs
      The policy names NetworkPolicy among its subjects, but no rule matches that kind. Nothing keeps the NetworkPolicy in
      place, and then the Pod runs without one.
      When NetworkPolicy "web" is deleted
      Then it should pass
      And no rule answers

  Rule: A Pod without the label app is denied by an error

    @guide-gap
    Scenario: A Pod without labels is denied, but not with the rule's message
      The query fails before the rule can count anything, and Kyverno denies what it cannot evaluate. The author reads of
      a failed substitution instead of a missing NetworkPolicy.
      When the Pod from "cases/pods.yaml#without-labels" is created
      Then it should be denied by an error in rule "require-netpol"
      And the message is:
        """
        admission webhook "validate.kyverno.svc-fail" denied the request:

        resource Pod/default/without-labels was blocked due to the following policies

        require-network-policies:
          require-netpol: 'failed to check deny conditions: failed to substitute variables in condition key: failed to resolve netpols at path : failed to fetch data for APICall: failed to substitute variables in context entry netpols /apis/networking.k8s.io/v1/namespaces/{{ request.namespace }}/networkpolicies: failed to resolve request.object.metadata.labels.app at path /jmesPath: JMESPath query failed: Unknown key "labels" in path'
        """

    @guide-gap
    Scenario: A Pod with other labels than app is denied by the same kind of error
      Labels of the newer scheme, such as app.kubernetes.io/name, are not read. Every Pod needs the label app.
      When the Pod from "cases/pods.yaml#web" is created with:
        | metadata.labels | { "app.kubernetes.io/name": web-app, tier: frontend } |
      Then it should be denied by an error in rule "require-netpol"
      And the message of rule "require-netpol" matches /JMESPath query failed: Unknown key "app" in path$/

    @guide-gap
    Scenario: The error denies even where a NetworkPolicy covers every Pod
      No NetworkPolicy could help this Pod: its missing label breaks the query before any NetworkPolicy is looked at.
      Given this object exists:
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: covers-everything, namespace: default }
        spec: { podSelector: {} }
        """
      When I run `kubectl run test-normal --image=nginx`
      Then it should be denied by an error in rule "require-netpol"

  Rule: Kyverno derives the same rule for everything that runs Pods, by the labels of the Pod template

    Background:
      Given the namespace "bare"

    Scenario Outline: A <kind> should pass where a NetworkPolicy names its Pods' app, and fail elsewhere
      When the <kind> from "cases/workloads.yaml" is created
      Then it should pass rule "<rule>"
      When the <kind> from "cases/workloads.yaml" is created in namespace "bare"
      Then it should fail rule "<rule>"
      And the message of rule "<rule>" is "Pods must have an associated NetworkPolicy. Create a NetworkPolicy that selects this pod."

      Examples:
        | kind                  | rule                           |
        | Deployment            | autogen-require-netpol         |
        | StatefulSet           | autogen-require-netpol         |
        | DaemonSet             | autogen-require-netpol         |
        | Job                   | autogen-require-netpol         |
        | ReplicationController | autogen-require-netpol         |
        | CronJob               | autogen-cronjob-require-netpol |

    @engine
    Scenario: Without Kyverno's own filters a ReplicaSet should fail like a Deployment
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the ReplicaSet from "cases/workloads.yaml" is created in namespace "bare"
      Then it should fail rule "autogen-require-netpol"

    Scenario: The labels of the Deployment itself are not its Pods' labels
      When the Deployment from "cases/workloads.yaml" is created with:
        | metadata.labels.app               | web-app  |
        | spec.selector.matchLabels.app     | checkout |
        | spec.template.metadata.labels.app | checkout |
      Then it should fail rule "autogen-require-netpol"

    Scenario: A Job whose Pods have no labels is denied by an error
      When the Job from "cases/workloads.yaml" is created with:
        | spec.template.metadata |  |
      Then it should be denied by an error in rule "autogen-require-netpol"

  Rule: The rule leaves out kube-system and kyverno

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
      And rule "require-netpol" does not match

      Examples:
        | namespace   |
        | kube-system |
        | kyverno     |

    Scenario: Namespaces with names like those are not excluded
      Given the namespaces "kube-system-2", "my-kube-system", "kyverno-test" and "my-kyverno"
      Then creating the Pod from "cases/pods.yaml#web" with these values gives:
        | namespace      | should | rule           |
        | kube-system-2  | fail   | require-netpol |
        | my-kube-system | fail   | require-netpol |
        | kyverno-test   | fail   | require-netpol |
        | my-kyverno     | fail   | require-netpol |

    @engine
    Scenario: The other system namespaces are not excluded by the rule
      Given the objects from "cases/kyverno-config-without-filters.yaml" exist
      When the Pod from "cases/pods.yaml#web" is created in namespace "kube-public"
      Then it should fail rule "require-netpol"

  Rule: Updates and deletes are judged too

    Background:
      Given these objects exist:
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: covered, labels: { app: web-app } }
        spec: { containers: [{ name: web, image: nginx }] }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: bare, labels: { app: checkout } }
        spec: { containers: [{ name: web, image: nginx }] }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: without-labels }
        spec: { containers: [{ name: web, image: nginx }] }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: without-app }
        spec:
          selector: { matchLabels: { name: web } }
          template:
            metadata: { labels: { name: web } }
            spec: { containers: [{ name: web, image: nginx }] }
        """

    Scenario: A Pod without a NetworkPolicy from before the policy may change
      When Pod "bare" is changed with:
        | metadata.labels.stage | canary |
      Then it should pass
      And rule "require-netpol" is skipped with message "skipping the rule evaluation as pre-existing violations are allowed"

    Scenario: A label that brings a NetworkPolicy should pass
      Then updating Pod "bare" with these values gives:
        | metadata.labels.app | should | rule           |
        | web-app             | pass   | require-netpol |
      And updating Pod "without-labels" with these values gives:
        | metadata.labels.app | should | rule           |
        | web-app             | pass   | require-netpol |

    @guide-gap
    Scenario: A Pod may leave its NetworkPolicy by changing its label app
      To excuse old violations Kyverno judges the old object as well, but with the count that it just made for the new
      one. Both fail then, and the Pod that had a NetworkPolicy a moment ago is let through without one.
      When Pod "covered" is changed with:
        | metadata.labels.app | checkout |
      Then it should pass
      And rule "require-netpol" is skipped

    @guide-gap
    Scenario: Losing the label app is denied by an error
      Old violations are excused only where the rule fails, not where it errors. So a Pod without the label cannot be
      changed in any way but by adding it.
      When Pod "covered" is changed with:
        | metadata.labels |  |
      Then it should be denied by an error in rule "require-netpol"
      When Pod "without-labels" is changed with:
        | metadata.labels.stage | canary |
      Then it should be denied by an error in rule "require-netpol"
      When Deployment "without-app" is changed with:
        | spec.template.spec.containers[0].image | nginx:1.29 |
      Then it should be denied by an error in rule "autogen-require-netpol"

    @guide-gap
    Scenario: What lacks a NetworkPolicy cannot be deleted
      A rule that denies by conditions is asked about deletes as well, and no old violation excuses those. Whoever deletes
      the NetworkPolicy first can no longer delete the Pods; a Pod without the label app can only be evicted.
      When Pod "bare" is deleted
      Then it should fail rule "require-netpol"
      When Pod "without-labels" is deleted
      Then it should be denied by an error in rule "require-netpol"
      And the message of rule "require-netpol" contains "failed to resolve request.oldObject.metadata.labels.app"
      When Deployment "without-app" is deleted
      Then it should be denied by an error in rule "autogen-require-netpol"

    Scenario: A Pod with a NetworkPolicy may be deleted
      When Pod "covered" is deleted
      Then it should pass rule "require-netpol"

    Scenario: Scaling and evicting are not judged
      When Deployment "without-app" is scaled to 3
      Then it should pass
      And no rule answers
      When Pod "bare" is evicted
      Then it should pass
      And no rule answers
