import { asString, getPath, type JsonObject } from '../model/json.ts';

/** Fields beside `metadata.name` and `metadata.namespace` that a kind can be selected by, and what they read as when unset. */
const SELECTABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/Pod': {
    'spec.nodeName': '',
    'spec.restartPolicy': '',
    'spec.schedulerName': '',
    'spec.serviceAccountName': '',
    'spec.hostNetwork': 'false',
    'status.phase': '',
    'status.podIP': '',
    'status.nominatedNodeName': '',
  },
  '/Node': { 'spec.unschedulable': 'false' },
  '/Namespace': { 'status.phase': '' },
  '/Secret': { type: '' },
  '/Service': { 'spec.clusterIP': '', 'spec.type': '' },
  '/ReplicationController': { 'status.replicas': '0' },
  'batch/Job': { 'status.successful': '0' },
};

/**
 * The test that a `fieldSelector` query makes, or the API server's words when it refuses it.
 * `kind` is `group/Kind`. Upstream: `fields.ParseSelector` of apimachinery and the kinds' `AddFieldLabelConversionFunc`.
 */
export function compileFieldSelector(
  text: string,
  kind: string,
): { readonly matches: (object: JsonObject) => boolean } | { readonly error: string } {
  const tests: ((object: JsonObject) => boolean)[] = [];
  for (const term of text.split(',').filter((part) => part !== '')) {
    const match = /^([^=!]*?)(==|!=|=)(.*)$/.exec(term);
    if (match === null) return { error: `invalid selector: '${text}'; can't understand '${term}'` };
    const [, field = '', operator, wanted = ''] = match;
    const unset = field.startsWith('metadata.') ? metadataField(field) : SELECTABLE[kind]?.[field];
    if (unset === undefined) return { error: notSupportedText(kind, field) };
    const path = field === 'status.successful' ? ['status', 'succeeded'] : field.split('.');
    tests.push((object) => ((fieldText(object, path) ?? unset) === wanted) === (operator !== '!='));
  }
  return { matches: (object) => tests.every((test) => test(object)) };
}

function metadataField(field: string): string | undefined {
  return field === 'metadata.name' || field === 'metadata.namespace' ? '' : undefined;
}

function notSupportedText(kind: string, field: string): string {
  if (kind === 'batch/Job') return `field label "${field}" not supported for Job`;
  const group = kind.split('/')[0] ?? '';
  const custom = group.includes('.') && !group.endsWith('.k8s.io');
  if (custom || SELECTABLE[kind] !== undefined) return `field label not supported: ${field}`;
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function fieldText(object: JsonObject, path: readonly string[]): string | undefined {
  const value = getPath(object, ...path);
  return value === undefined || value === null ? undefined : (asString(value) ?? String(value));
}
