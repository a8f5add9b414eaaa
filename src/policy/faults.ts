import { compileQuery } from '../language/jmespath/index.ts';
import { EvaluationError, type Failure, NotSupportedError } from '../model/failure.ts';
import { asObject, isArray, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { YamlDocument } from '../yaml/index.ts';
import { checkPolicy } from './check/index.ts';
import { isGiven, objectsIn, text } from './check/rule.ts';
import { expressionFaults } from './expression-faults.ts';
import { unsupportedKind } from './kinds.ts';
import type { Path } from './lint/finding.ts';
import { patternTraps } from './lint/pattern-traps.ts';
import { refusalPath } from './lint/refusal-path.ts';

/**
 * What makes a policy unusable: that Kyverno refuses it whatever the cluster, a key that looks like an anchor and is
 * none, a JMESPath that does not parse where Kyverno would notice only later. At most one of each, with its place.
 */
export function policyFaults(policy: Policy, source: Pick<YamlDocument, 'placeOf'>): readonly Failure[] {
  if (unsupportedKind(policy) !== undefined) return [];
  const [broken] = expressionFaults(policy);
  if (broken !== undefined) {
    const { path, index, ...fault } = broken;
    return [{ ...fault, place: source.placeOf(path, index) }];
  }
  const refused = refusalOf(policy);
  if (refused !== undefined) {
    const message = `Kyverno refuses the policy \`${policy.name}\`: ${refused.trim()}`;
    const place = source.placeOf(refusalPath(policy, refused));
    return [{ code: 'refused-policy', message, place, hint: remedyOf(refused) }];
  }
  return policy.rules.flatMap((rule, index) => {
    const path: Path = ['spec', 'rules', index];
    return [...anchorFaults(rule, path), ...queryFaults(rule, path)].map(({ path: at, ...fault }) => {
      return { ...fault, place: source.placeOf(at) };
    });
  });
}

type Fault = Omit<Failure, 'place'> & { readonly path: Path };

function refusalOf(policy: Policy): string | undefined {
  try {
    return checkPolicy(policy, { mode: 'cli' }).refused;
  } catch (error) {
    if (error instanceof NotSupportedError) return undefined;
    throw error;
  }
}

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/anchor/, 'anchors here are `(key)`, `=(key)`, `X(key)`, `^(key)`, `<(key)`'],
  [/JMESPath|SyntaxError/, 'correct the JMESPath expression; `kyverdict jp query` tries one'],
  [/`operator` is invalid/, 'write one of these operators'],
  [/must match regex|not defined|present outside/, 'define the variable in `context` before it is used'],
  [/only select variables are allowed/, 'set `background: false`, or leave the variable out'],
  [/Duplicate rule name/, 'give one of the rules another name'],
  [/No operation defined/, 'add `validate`, `mutate`, `generate` or `verifyImages` to the rule'],
];

function remedyOf(refused: string): string {
  return REMEDIES.find(([pattern]) => pattern.test(refused))?.[1] ?? 'no cluster would install it; correct this place';
}

function anchorFaults(rule: JsonObject, path: Path): readonly Fault[] {
  return patternsOf(rule, path).flatMap(({ pattern, path: at }) =>
    patternTraps(pattern, at)
      .filter(({ code }) => code === 'unknown-anchor')
      .map(({ message, hint, path: where }) => ({ code: 'bad-anchor', message, hint, path: where })),
  );
}

interface Found {
  readonly pattern: JsonObject;
  readonly path: Path;
}

function patternsOf(rule: JsonObject, path: Path): readonly Found[] {
  const validate = asObject(rule['validate']);
  const mutate = asObject(rule['mutate']);
  return [
    ...(validate === undefined ? [] : patternsIn(validate, [...path, 'validate'])),
    ...(mutate === undefined ? [] : patternsIn(mutate, [...path, 'mutate'])),
  ];
}

function patternsIn(block: JsonObject, path: Path): readonly Found[] {
  const { anyPattern } = block;
  return [
    ...['pattern', 'patchStrategicMerge'].map((key) => ({ pattern: block[key], path: [...path, key] })),
    ...(isArray(anyPattern) ? anyPattern : []).map((pattern, i) => ({ pattern, path: [...path, 'anyPattern', i] })),
  ]
    .flatMap(({ pattern, path: at }): readonly Found[] => {
      const object = asObject(pattern);
      return object === undefined ? [] : [{ pattern: object, path: at }];
    })
    .concat(objectsIn(block['foreach']).flatMap((loop, i) => patternsIn(loop, [...path, 'foreach', i])));
}

/** Lists of `foreach`: the one place of a JMESPath that Kyverno does not look at before it installs a policy. */
function queryFaults(rule: JsonObject, path: Path): readonly Fault[] {
  return ['validate', 'mutate', 'generate'].flatMap((key) => loopFaults(asObject(rule[key]) ?? {}, [...path, key]));
}

function loopFaults(block: JsonObject, path: Path): readonly Fault[] {
  return objectsIn(block['foreach']).flatMap((loop, i) => {
    const at: Path = [...path, 'foreach', i];
    return [
      ...(isGiven(loop['list']) ? syntaxFaults(text(loop, 'list'), [...at, 'list']) : []),
      ...loopFaults(loop, at),
    ];
  });
}

function syntaxFaults(query: string, path: Path): readonly Fault[] {
  if (query.includes('{{')) return [];
  try {
    compileQuery(query);
    return [];
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const message = `\`${query}\` is no JMESPath: ${error.message}`;
    return [{ code: 'bad-query', message, path, hint: 'correct it; `kyverdict jp query` tries one' }];
  }
}
