Feature: Each way to ask
  The same rules see creations, replacements, every kind of patch and deletions, and the API server refuses by itself what
  cannot be.

  Background:
    Given the namespace "ops"
    And the policies from "cases/policies/settings.yaml"
    And the objects from "cases/settings.yaml" exist

  Rule: What is created is judged by its labels

    Scenario Outline: A ConfigMap marked as bad: <bad>
      When this ConfigMap is created:
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { <name>, namespace: ops, labels: { bad: "<bad>" } }
        """
      Then it should <verdict> rule "no-create"

      Examples:
        | name               | bad | verdict |
        | name: new          | no  | pass    |
        | name: new          | yes | fail    |
        | generateName: gen- | no  | pass    |
        | generateName: gen- | yes | fail    |

    Scenario: What exists cannot be created
      When this ConfigMap is created:
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: free, namespace: ops }
        """
      Then it should be refused by the API server with code 409

  Rule: One of the values stays as it is

    Scenario: It cannot be replaced
      When ConfigMap "ops/free" is replaced by:
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: free, namespace: ops }
        data: { k: two }
        """
      Then it should fail rule "no-update"
      And the message of rule "no-update" is "update from one to two"

    Scenario: The others can
      When ConfigMap "ops/free" is changed with:
        | data.l | three |
      Then it should pass rule "no-update"

    Scenario Outline: Nor can it be patched: <type> <patch>
      When ConfigMap "ops/free" is patched with this <type> patch:
        """
        <patch>
        """
      Then it should <verdict> rule "no-update"

      Examples:
        | type      | patch                                                                                           | verdict |
        | strategic | { data: { k: two } }                                                                            | fail    |
        | merge     | { data: { k: null } }                                                                           | fail    |
        | merge     | { data: { l: null } }                                                                           | pass    |
        | JSON      | [{ op: replace, path: /data/k, value: three }]                                                  | fail    |
        | JSON      | [{ op: add, path: /data/m, value: three }]                                                      | pass    |
        | apply     | { apiVersion: v1, kind: ConfigMap, metadata: { name: free, namespace: ops }, data: { k: two } } | fail    |

    Scenario: A patch whose test fails is refused
      When ConfigMap "ops/free" is patched with this JSON patch:
        """
        [{ "op": "test", "path": "/data/k", "value": "nope" }]
        """
      Then it should be refused by the API server with code 422

    Scenario: What may never be changed is refused by the API server
      When ConfigMap "ops/fixed" is changed with:
        | data.l | three |
      Then it should be refused by the API server with code 422

  Rule: What is marked as kept cannot be deleted

    Scenario: One is kept, one is not
      When ConfigMap "ops/kept" is deleted
      Then it should fail rule "no-delete"
      When ConfigMap "ops/free" is deleted
      Then it should pass rule "no-delete"
