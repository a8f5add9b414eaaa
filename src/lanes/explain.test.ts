import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause, ExplainedDifference } from '../compare/index.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { type Exchange, readExchanges } from '../testing/exchanges.ts';
import { ownExchanges } from '../testing/own-exchanges.ts';
import { PLANTED, type Plant } from '../testing/planted.ts';
import { shared } from '../testing/shared.ts';
import { engineBesideCluster } from './engine-beside-cluster.ts';
import { createExplain } from './explain.ts';

const { skip } = shared('recorded/exchanges.json');
const tools = { clock: { now: () => 0 }, random: { next: () => 0.5 } };
const SOURCES = [
  { source: 'recorded', exchanges: readExchanges(), skip },
  { source: 'own', exchanges: await ownExchanges(), skip: false },
] as const;

async function explained(exchange: Exchange, plant: Partial<Plant> = {}): Promise<readonly ExplainedDifference[]> {
  assert.ok(exchange.answer, 'the exchange has an answer');
  const settings = plant.settings ?? DEFAULT_SETTINGS;
  const engine = engineBesideCluster(tools, settings);
  const explain = createExplain({
    ...tools,
    engine,
    settings,
    otherVersion: plant.otherVersion ?? false,
    liveData: () => plant.live?.(exchange.premise),
  });
  const premise = plant.premise?.(exchange.premise) ?? exchange.premise;
  const request = plant.request?.(exchange.request) ?? exchange.request;
  const cluster = plant.answer?.(exchange.answer, exchange.request) ?? exchange.answer;
  return explain(premise, request, { engine: await engine.ask(premise, request), cluster });
}

// What the engine does not claim: authorization, and the router's words for an API that is not there.
const NOT_MEANT = ['user-info#2', 'schema-rejections#7'];

for (const { source, exchanges, skip } of SOURCES) {
  test(`in ${source} exchanges nothing differs where nothing was planted`, { skip }, async () => {
    const meant = exchanges.filter(({ name, answer }) => answer !== undefined && !NOT_MEANT.includes(name));
    assert.ok(meant.length >= 9);
    for (const exchange of meant) assert.deepEqual(await explained(exchange), [], exchange.name);
  });

  for (const plant of PLANTED) {
    test(`in the ${source} exchange ${plant.in}, where ${plant.what} the cause is ${plant.cause}`, {
      skip,
    }, async () => {
      const exchange = exchanges.find(({ name }) => name === plant.in);
      assert.ok(exchange);
      const found = await explained(exchange, plant);
      assert.deepEqual(
        found.map(({ part, cause }) => [part, cause]),
        plant.parts.map((part) => [part, plant.cause]),
      );
    });
  }
}

test('a difference of each cause is planted', () => {
  const causes: readonly Cause[] = [
    'api-server-refusal',
    'defaulting',
    'filtered',
    'configuration',
    'live-data',
    'version',
    'engine',
  ];
  assert.deepEqual([...new Set(PLANTED.map(({ cause }) => cause))].sort(), [...causes].sort());
});

test('what asking again showed is told with each difference', async () => {
  const exchange = (await ownExchanges()).find(({ name }) => name === 'allowed-pod#0');
  assert.ok(exchange);
  const [difference] = await explained(exchange, PLANTED[0]);
  assert.deepEqual(difference?.tried, ["with the cluster's own object the engine answers as the cluster does"]);
});
