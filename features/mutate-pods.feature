Feature: Pods get defaults before they are judged
  Mutate rules give Pods a team label and containers without privilege escalation; a validate rule then
  asks for what the mutate rules could not give.

  Background:
    Given the namespace "shop"
    And the policies from "cases/policies/pod-defaults.yaml"

  Scenario: A plain Pod gets a team and is let through
    When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, namespace: shop }
      spec: { containers: [{ name: web, image: "nginx:1.27" }] }
      """
    Then it should pass rule "pod-defaults/no-escalation"
    And rule "pod-defaults/team" sets "metadata.labels.team" to "shop"
    And rule "pod-defaults/no-privileges" sets "/spec/containers/0/securityContext/allowPrivilegeEscalation" to "false"

  @engine
  Scenario: The whole object, and which rule did what
    When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, namespace: shop, annotations: { draft: "yes", owner: ann } }
      spec: { containers: [{ name: web, image: "nginx:latest" }, { name: log, image: "busybox:1.36" }] }
      """
    Then it should pass rule "pod-defaults/no-escalation"
    And rule "pod-defaults/team" leaves "spec" alone
    And rule "pod-defaults/no-privileges" leaves "/metadata" alone
    And rule "pod-defaults/draft" removes "metadata.annotations.draft"
    And rule "pod-defaults/pull-policy" sets:
      | spec.containers[0].imagePullPolicy | IfNotPresent |
    And the mutated object is:
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: web
        namespace: shop
        labels: { team: shop }
        annotations: { owner: ann }
      spec:
        containers:
          - name: web
            image: nginx:latest
            imagePullPolicy: IfNotPresent
            securityContext: { allowPrivilegeEscalation: false }
          - name: log
            image: busybox:1.36
            securityContext: { allowPrivilegeEscalation: false }
      """

  Scenario: A team that is given stays
    When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, namespace: shop, labels: { team: core } }
      spec: { containers: [{ name: web, image: "nginx:1.27" }] }
      """
    Then it should pass rule "pod-defaults/no-escalation"
    And rule "pod-defaults/team" is skipped
    And rule "pod-defaults/draft" does not match

  Scenario: A privileged container is not changed, and so it is denied
    When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, namespace: shop }
      spec: { containers: [{ name: web, image: "nginx:1.27", securityContext: { privileged: true } }] }
      """
    Then it should fail rule "pod-defaults/no-escalation"
    And the message of rule "no-escalation" contains "containers must not gain privileges"

  @engine
  Scenario: A Secret is noted on a ConfigMap that exists
    Given the policies from "cases/policies/last-secret.yaml"
    And this object exists:
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: { name: secrets, namespace: shop }
      data: { first: none }
      """
    When this Secret is created:
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: token, namespace: shop }
      """
    Then ConfigMap "shop/secrets" is mutated by rule "last-secret/note" with:
      | data.last  | token |
      | data.first | none  |

  @engine
  Scenario: Other objects are left alone
    When this ConfigMap is created:
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: { name: settings, namespace: shop }
      """
    Then nothing is mutated
    And no rule answers
