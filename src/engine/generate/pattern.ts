import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import { compileTemplate, type Scope } from '../variables/index.ts';
import type { ObjectReference } from './client.ts';

/** What to generate, with its variables filled in. */
export interface GeneratePattern {
  readonly target: ObjectReference;
  /** The object, when the pattern has one. */
  readonly data: Json | undefined;
  /** Present when the pattern names a source. */
  readonly clone: { readonly namespace: string; readonly name: string } | undefined;
  readonly cloneList:
    | { readonly namespace: string; readonly kinds: readonly string[]; readonly selector: JsonObject | undefined }
    | undefined;
}

const FIELDS = ['apiVersion', 'kind', 'namespace', 'name', 'uid', 'data', 'clone', 'cloneList'] as const;

/**
 * Compiles what a generate rule or one of its foreach entries says to make. The function it gives throws
 * `EvaluationError` when a variable cannot be filled in, or gives a value that does not fit.
 * Upstream: `GeneratePattern` in `api/kyverno/v1/common_types.go`, `SubstituteAllInType`.
 */
export function compileGeneratePattern(source: JsonObject): (scope: Scope) => GeneratePattern {
  const fields = FIELDS.flatMap((field) => {
    const value = source[field];
    return value === undefined || value === null ? [] : [[field, withNumbers(value, 'float')] as const];
  });
  const template = compileTemplate(Object.fromEntries(fields));
  return (scope) => decode(asObject(template.render(scope)) ?? {});
}

function decode(filled: JsonObject): GeneratePattern {
  const text = (field: string) => textOf(filled[field], field);
  const clone = mapOf(filled['clone'], 'clone', 'CloneFrom');
  const cloneList = mapOf(filled['cloneList'], 'cloneList', 'CloneList');
  const kinds = (asArray(cloneList['kinds']) ?? []).map((kind) => textOf(kind, 'cloneList.kinds'));
  const cloned = textOf(clone['name'], 'clone.name');
  const data = filled['data'];
  return {
    target: { apiVersion: text('apiVersion'), kind: text('kind'), namespace: text('namespace'), name: text('name') },
    // From here on whole numbers are integers, as in every object that a client sends.
    data: data === undefined || data === null ? undefined : withNumbers(data, 'int'),
    clone: cloned === '' ? undefined : { namespace: textOf(clone['namespace'], 'clone.namespace'), name: cloned },
    cloneList:
      kinds.length === 0
        ? undefined
        : {
            namespace: textOf(cloneList['namespace'], 'cloneList.namespace'),
            kinds,
            selector: asObject(cloneList['selector']),
          },
  };
}

function textOf(value: Json | undefined, field: string): string {
  if (value === undefined || value === null) return '';
  const text = asString(value);
  if (text !== undefined) return text;
  throw new EvaluationError(
    `json: cannot unmarshal ${jsonKind(value)} into Go struct field GeneratePattern.${field} of type string`,
  );
}

function mapOf(value: Json | undefined, field: string, type: string): JsonObject {
  if (value === undefined || value === null) return {};
  const map = asObject(value);
  if (map !== undefined) return map;
  throw new EvaluationError(
    `json: cannot unmarshal ${jsonKind(value)} into Go struct field GeneratePattern.${field} of type v1.${type}`,
  );
}

function jsonKind(value: Json): string {
  if (typeof value === 'bigint') return 'number';
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
}
