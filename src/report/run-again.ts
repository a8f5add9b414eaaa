import { goJson } from '../language/go-text.ts';
import type { ClientRequest } from '../model/admission.ts';
import { asArray, asString, type Json, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import { policyText, yamlText } from './attachment-text.ts';

/**
 * A shell script that asks a cluster the same again with kubectl, and the engine with `kyverdict admit`: it makes the state,
 * installs the policies and sends the request as a server-side dry run. The context is the current one of `KUBECONFIG`.
 */
export function runAgainScript(
  request: ClientRequest,
  policies: readonly Policy[],
  objects: readonly JsonObject[],
): string {
  const state = objects.filter((object) => !isDefaultNamespace(object));
  return [
    '#!/bin/sh',
    '# Asks a cluster and the engine the same again. Afterwards remove what it made:',
    `#   kubectl delete${state.length === 0 ? '' : ' -f state.yaml'}${policies.length === 0 ? '' : ' -f policies.yaml'}`,
    'set -e',
    ...(state.length === 0
      ? []
      : [file('state.yaml', state.map(yamlText).join('---\n')), 'kubectl apply -f state.yaml']),
    ...(policies.length === 0
      ? []
      : [
          file('policies.yaml', policies.map(policyText).join('---\n')),
          'kubectl apply -f policies.yaml',
          'kubectl wait --for=condition=Ready -f policies.yaml',
          'sleep 5 # Ready comes before the webhooks are in force',
        ]),
    '',
    '# The cluster:',
    ...requestLines(request).map((line, i, all) => (i === all.length - 1 ? `${line} || true` : line)),
    '',
    "# The engine, with the cluster's configuration of Kyverno:",
    'kubectl get configmap kyverno --namespace kyverno --output yaml > config.yaml',
    file('request.jsonl', requestLine(request)),
    [
      'kyverdict admit',
      ...(policies.length === 0 ? [] : ['--policies policies.yaml']),
      ...(state.length === 0 ? [] : ['--cluster state.yaml']),
      '--config config.yaml --requests request.jsonl',
    ].join(' '),
    '',
  ].join('\n');
}

/** The request as a line for `kyverdict admit`. */
function requestLine(request: ClientRequest): string {
  return goJson(request as unknown as Json);
}

function requestLines(request: ClientRequest): readonly string[] {
  const { operation, object, patch, subresource } = request;
  const more = [...userFlags(request), ...validationFlag(request)];
  const at = namespaceFlag(request);
  const target = targetOf(request);
  const run = (...words: readonly string[]): string => ['kubectl', ...words, ...at, ...more].join(' ');
  switch (operation) {
    case 'CREATE':
      if (subresource !== undefined) {
        const body = file('request.yaml', yamlText(object ?? {}));
        return [
          body,
          ['kubectl', 'create', '--raw', quoted(rawPath(request)), '-f', 'request.yaml', ...userFlags(request)].join(
            ' ',
          ),
        ];
      }
      return [
        file('request.yaml', yamlText(object ?? {})),
        run('create', '--dry-run=server', '--output=yaml', '-f', 'request.yaml'),
      ];
    case 'UPDATE':
      if (patch !== undefined && patch.type === 'apply') {
        return [
          file('request.yaml', yamlText(patch.body)),
          run('apply', '--server-side', '--force-conflicts', '--dry-run=server', '--output=yaml', '-f', 'request.yaml'),
        ];
      }
      if (patch !== undefined) {
        const sub = subresource === undefined ? [] : [`--subresource=${subresource}`];
        return [
          file('patch.yaml', yamlText(patch.body)),
          run(
            'patch',
            target,
            `--type=${patch.type}`,
            ...sub,
            '--patch-file=patch.yaml',
            '--dry-run=server',
            '--output=yaml',
          ),
        ];
      }
      return [
        file('request.yaml', yamlText(object ?? {})),
        run('replace', '--dry-run=server', '--output=yaml', '-f', 'request.yaml'),
      ];
    case 'DELETE':
      return [run('delete', target, '--dry-run=server')];
    case 'CONNECT': {
      const command = (asArray(request.options?.['command']) ?? []).map((word) => quoted(asString(word) ?? ''));
      const container = asString(request.options?.['container']);
      const inside = container === undefined ? [] : ['-c', quoted(container)];
      return [
        [
          'kubectl',
          subresource ?? 'exec',
          quoted(request.name ?? ''),
          ...inside,
          ...at,
          ...userFlags(request),
          '--',
          ...command,
        ].join(' '),
      ];
    }
  }
}

/** Text as a file of the script. */
function file(name: string, text: string): string {
  return `cat > ${name} <<'END-OF-FILE'\n${text.trimEnd()}\nEND-OF-FILE`;
}

function targetOf({ resource, object, name }: ClientRequest): string {
  const kind = resource ?? String(object?.['kind'] ?? '').toLowerCase();
  return `${quoted(kind)} ${quoted(name ?? (object === undefined ? '' : nameOf(object)))}`;
}

function namespaceFlag({ namespace, object }: ClientRequest): readonly string[] {
  const found = namespace ?? (object === undefined ? '' : namespaceOf(object));
  return found === '' ? [] : ['-n', quoted(found)];
}

function rawPath(request: ClientRequest): string {
  const namespace = request.namespace ?? 'default';
  return `/api/v1/namespaces/${namespace}/${request.resource ?? 'pods'}/${request.name ?? ''}/${request.subresource ?? ''}?dryRun=All`;
}

function userFlags({ userInfo }: ClientRequest): readonly string[] {
  if (userInfo === undefined) return [];
  return [
    `--as=${quoted(userInfo.username)}`,
    ...(userInfo.groups ?? []).map((group) => `--as-group=${quoted(group)}`),
  ];
}

function validationFlag({ fieldValidation, operation, patch }: ClientRequest): readonly string[] {
  if (operation === 'DELETE' || operation === 'CONNECT') return [];
  // kubectl patch has no such flag.
  if (patch !== undefined && patch.type !== 'apply') return [];
  // kubectl asks for Strict by itself, the API server takes Warn where nobody asks.
  return [`--validate=${(fieldValidation ?? 'Warn').toLowerCase()}`];
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function isDefaultNamespace(object: JsonObject): boolean {
  return (
    object['kind'] === 'Namespace' &&
    ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kyverno'].includes(nameOf(object))
  );
}
