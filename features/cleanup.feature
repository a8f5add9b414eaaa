@engine
Feature: What is cleaned up
  Cleanup policies delete what they match when their schedule comes round; the label cleanup.kyverno.io/ttl deletes an
  object after a time of its own.

  Background:
    Given the policies from "cases/policies/cleanup.yaml"
    And the objects from "cases/cleanup.yaml" exist

  Rule: A policy cleans up when it is due

    Scenario: At three in the morning both policies are due
      When Kyverno cleans up at "2026-01-31T03:00:00Z"
      Then exactly these objects are cleaned up:
        | kind      | name          | by            |
        | Pod       | build/job-1   | finished-pods |
        | Service   | preview/old   | previews      |
        | ConfigMap | build/scratch | time to live  |

    Scenario: A policy that ran a minute ago waits for its next time
      Given this policy:
        """
        apiVersion: kyverno.io/v2
        kind: ClusterCleanupPolicy
        metadata: { name: failed-pods, creationTimestamp: "2026-01-01T00:00:00Z" }
        spec:
          schedule: "0 3 * * *"
          match: { any: [{ resources: { kinds: [Pod], names: ["job-2"] } }] }
        status: { lastExecutionTime: "2026-01-31T03:00:00Z" }
        """
      When Kyverno cleans up at "2026-01-31T03:01:00Z"
      Then Pod "build/job-2" is kept
      When Kyverno cleans up at "2026-02-01T03:00:00Z"
      Then Pod "build/job-2" is cleaned up by policy "failed-pods"

    # Its next run would be on a day that never comes, which Kyverno takes for a day long past.
    Scenario: A policy for the 31st of February runs at any time
      Given this policy:
        """
        apiVersion: kyverno.io/v2
        kind: ClusterCleanupPolicy
        metadata: { name: never, creationTimestamp: "2026-01-01T00:00:00Z" }
        spec:
          schedule: "0 0 31 2 *"
          match: { any: [{ resources: { kinds: [Pod], names: ["job-2"] } }] }
        """
      When Kyverno cleans up at "2026-01-31T12:34:00Z"
      Then Pod "build/job-2" is cleaned up by policy "never"

  Rule: Match, exclude and conditions say what

    Scenario: A Pod that runs, and one that is excluded, are kept
      When Kyverno cleans up at "2026-01-31T03:00:00Z"
      Then Pod "build/job-1" is cleaned up by policy "finished-pods"
      And Pod "build/job-2" is kept
      And Pod "build/job-3" is kept

    Scenario: A CleanupPolicy does not reach beyond its namespace
      When Kyverno cleans up at "2026-01-31T03:00:00Z"
      Then Service "preview/old" is cleaned up
      And Service "preview/fresh" is kept
      And Service "build/old" is kept

    Scenario: A condition that cannot be evaluated keeps the object
      Given this policy:
        """
        apiVersion: kyverno.io/v2
        kind: ClusterCleanupPolicy
        metadata: { name: by-owner, creationTimestamp: "2026-01-01T00:00:00Z" }
        spec:
          schedule: "0 3 * * *"
          match: { any: [{ resources: { kinds: [ConfigMap], names: [until-february] } }] }
          conditions:
            any:
              - key: "{{ target.metadata.annotations.owner }}"
                operator: Equals
                value: nobody
        """
      When Kyverno cleans up at "2026-01-31T03:00:00Z"
      Then policy "by-owner" cannot tell: 'owner'

  Rule: A time to live of one's own

    Scenario Outline: At <time> the ConfigMap that lives <lives> is <fate>
      When Kyverno cleans up at "<time>"
      Then ConfigMap "<name>" is <fate>

      Examples:
        | time                 | name                 | lives          | fate                           |
        | 2026-01-30T23:59:00Z | build/scratch        | 12 hours       | kept                           |
        | 2026-01-31T00:01:00Z | build/scratch        | 12 hours       | cleaned up by its time to live |
        | 2026-01-31T23:59:00Z | build/until-february | until February | kept                           |
        | 2026-02-01T00:01:00Z | build/until-february | until February | cleaned up by its time to live |

  Rule: Objects with a time to live are held to policies as others are

    Scenario Outline: A ConfigMap for tests needs a time to live: <labels> should <verdict>
      Given this policy:
        """
        apiVersion: kyverno.io/v1
        kind: ClusterPolicy
        metadata: { name: test-objects-expire }
        spec:
          rules:
            - name: ttl
              match: { any: [{ resources: { kinds: [ConfigMap], namespaces: [build] } }] }
              validate:
                failureAction: Enforce
                message: What tests create needs the label cleanup.kyverno.io/ttl.
                pattern: { metadata: { labels: { cleanup.kyverno.io/ttl: "?*" } } }
        """
      When this ConfigMap is created:
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: result, namespace: build, labels: { <labels> } }
        """
      Then it should <verdict> rule "ttl"

      Examples:
        | labels                      | verdict |
        | cleanup.kyverno.io/ttl: 10m | pass    |
        | suite: nightly              | fail    |
