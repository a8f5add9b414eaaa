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
 * The test that a `fieldSelector` query makes; `undefined` when the API server refuses it. `kind` is `group/Kind`.
 * Upstream: `fields.ParseSelector` of apimachinery and the kinds' `AddFieldLabelConversionFunc`.
 */
export function compileFieldSelector(text: string, kind: string): ((object: JsonObject) => boolean) | undefined {
  const tests: ((object: JsonObject) => boolean)[] = [];
  for (const term of text.split(',').filter((part) => part !== '')) {
    const match = /^([^=!]*?)(==|!=|=)(.*)$/.exec(term);
    if (match === null) return undefined;
    const [, field = '', operator, wanted = ''] = match;
    const unset = METADATA.includes(field) ? '' : SELECTABLE[kind]?.[field];
    if (unset === undefined) return undefined;
    const path = field === 'status.successful' ? ['status', 'succeeded'] : field.split('.');
    tests.push((object) => ((fieldText(object, path) ?? unset) === wanted) === (operator !== '!='));
  }
  return (object) => tests.every((test) => test(object));
}

const METADATA = ['metadata.name', 'metadata.namespace'];

function fieldText(object: JsonObject, path: readonly string[]): string | undefined {
  const value = getPath(object, ...path);
  return value === undefined || value === null ? undefined : (asString(value) ?? String(value));
}
