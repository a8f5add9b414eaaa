import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import { type Abstract, elements, look, place, union } from './abstract.ts';
import type { Collector } from './collect.ts';
import { harvestCel } from './from-cel-rule.ts';
import { harvestConditions } from './from-conditions.ts';
import { harvestMatch } from './from-match.ts';
import { harvestPattern } from './from-pattern.ts';
import { harvestPodSecurity } from './from-pod-security.ts';
import { type Names, traceQuery } from './from-query.ts';
import { traceTemplate } from './from-template.ts';

/** Notes what a rule of a ClusterPolicy or Policy looks at. Gives the entries of `kinds` of its match block. */
export function harvestRule(rule: JsonObject, collector: Collector): readonly string[] {
  const kinds = harvestMatch(rule['match'], collector);
  harvestMatch(rule['exclude'], collector);
  const names = withContext(rule['context'], () => undefined, collector);
  harvestConditions(rule['preconditions'], names, collector);
  const validate = asObject(rule['validate']) ?? {};
  harvestBody(validate, place('request', 'object'), names, collector);
  harvestPodSecurity(asObject(validate['podSecurity']), collector);
  harvestCel(rule, collector);
  return kinds;
}

function harvestBody(body: JsonObject, at: Abstract, names: Names, collector: Collector): void {
  harvestPattern(body['pattern'], at, names, collector);
  for (const pattern of asArray(body['anyPattern']) ?? []) harvestPattern(pattern, at, names, collector);
  harvestConditions(asObject(body['deny'])?.['conditions'], names, collector);
  for (const item of asArray(body['foreach']) ?? []) harvestLoop(asObject(item) ?? {}, names, collector);
}

function harvestLoop(loop: JsonObject, outer: Names, collector: Collector): void {
  const list = traceQuery(asString(loop['list']) ?? '', outer, collector);
  const element = look(elements(list), collector);
  const inner: Names = (name) => (/^element\d*$/.test(name) ? element : outer(name));
  const names = withContext(loop['context'], inner, collector);
  harvestConditions(loop['preconditions'], names, collector);
  harvestBody(loop, element, names, collector);
}

/** The names that a rule's context defines on top of others. Data from elsewhere is not followed. */
function withContext(context: Json | undefined, outer: Names, collector: Collector): Names {
  let names = outer;
  for (const item of asArray(context) ?? []) {
    const entry = asObject(item) ?? {};
    const name = asString(entry['name']) ?? '';
    const before = names;
    const variable = asObject(entry['variable']);
    if (variable === undefined) {
      // A lookup whose key comes from the object: what it finds is data of the cluster.
      traceTemplate(entry['configMap'] ?? entry['apiCall'] ?? entry['globalReference'], before, collector);
      names = (key) => (key === name ? place('context', name) : before(key));
      continue;
    }
    const value = traceTemplate(variable['value'], before, collector);
    const path = traceTemplate(variable['jmesPath'], before, collector).literals.map(String);
    const own: Names = (key) => (key === '@' ? value : before(key));
    const queried = path.map((text) => traceQuery(text, own, collector));
    const defined = union([
      ...(queried.length === 0 ? [value] : queried),
      traceTemplate(variable['default'], before, collector),
    ]);
    names = (key) => (key === name ? defined : before(key));
  }
  return names;
}
