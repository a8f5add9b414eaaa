import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidEach, required } from '../field-error.ts';
import { root } from '../field-path.ts';
import { byteLength, has, int, obj, str } from '../fields.ts';
import { checkImmutable, semanticEqual } from '../immutable.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { checkLabelKey, dnsSubdomain, subdomainName } from '../names.ts';

/** An event by the names of `events.k8s.io`, whichever API it was sent to. */
interface EventFields {
  readonly about: JsonObject | undefined;
  readonly controller: string;
  readonly controllerField: string;
  readonly instance: string;
  readonly note: string;
  readonly core: boolean;
}

function fieldsOf(event: JsonObject, core: boolean): EventFields {
  return {
    about: obj(event, core ? 'involvedObject' : 'regarding'),
    controller: str(event, core ? 'reportingComponent' : 'reportingController'),
    controllerField: core ? 'reportingComponent' : 'reportingController',
    instance: str(event, 'reportingInstance'),
    note: str(event, core ? 'message' : 'note'),
    core,
  };
}

/** Upstream: `legacyValidateEvent`. */
function checkLegacy(event: JsonObject, fields: EventFields): FieldError[] {
  const namespace = str(obj(event, 'metadata'), 'namespace');
  const about = str(fields.about, 'namespace');
  const errors: FieldError[] = [];
  const timed = has(event, 'eventTime');
  const fits = timed
    ? about !== '' || namespace === 'default' || namespace === 'kube-system'
    : about === ''
      ? namespace === '' || namespace === 'default'
      : namespace === about;
  if (!fits) errors.push(invalid(root('involvedObject', 'namespace'), about, 'does not match event.namespace'));
  if (timed) {
    const at = root(fields.controllerField);
    if (fields.controller === '') errors.push(required(at));
    errors.push(...checkLabelKey(at, fields.controller));
    const texts = [
      ['reportingInstance', fields.instance, 128, true],
      ['action', str(event, 'action'), 128, true],
      ['reason', str(event, 'reason'), 128, true],
      ['message', fields.note, 1024, false],
    ] as const;
    for (const [key, text, max, mustBe] of texts) {
      if (mustBe && text === '') errors.push(required(root(key)));
      if (byteLength(text) > max) errors.push(invalid(root(key), '', `can have at most ${max} characters`));
    }
  }
  return [...errors, ...invalidEach(root('namespace'), namespace, dnsSubdomain(namespace))];
}

function checkSeries(event: JsonObject): FieldError[] {
  const series = obj(event, 'series');
  if (series === undefined) return [];
  const errors: FieldError[] = [];
  if (int(series, 'count') < 2n) errors.push(invalid(root('series.count'), '', 'should be at least 2'));
  if (!has(series, 'lastObservedTime')) errors.push(required(root('series.lastObservedTime')));
  return errors;
}

/** Upstream: `ValidateEventCreate` for requests to the core API. */
export function checkCoreEvent(event: JsonObject): FieldError[] {
  return checkLegacy(event, fieldsOf(event, true));
}

/** Upstream: `ValidateEventUpdate` for requests to the core API. */
export function checkCoreEventUpdate(event: JsonObject): FieldError[] {
  return checkCoreEvent(event);
}

/** Upstream: `ValidateEventCreate` for requests to `events.k8s.io/v1`. */
export function checkEvent(event: JsonObject): FieldError[] {
  const errors = [
    ...checkLegacy(event, fieldsOf(event, false)),
    ...checkCoreMetadata(obj(event, 'metadata'), true, subdomainName),
    ...checkSeries(event),
  ];
  if (!has(event, 'eventTime')) errors.push(required(root('eventTime')));
  const type = str(event, 'type');
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalid(root('type'), '', `has invalid value: ${type}`));
  const source = obj(event, 'deprecatedSource');
  const old = [
    ['firstTimestamp', has(event, 'deprecatedFirstTimestamp')],
    ['lastTimestamp', has(event, 'deprecatedLastTimestamp')],
    ['count', int(event, 'deprecatedCount') !== 0n],
    ['source', str(source, 'component') !== '' || str(source, 'host') !== ''],
  ] as const;
  for (const [key, isSet] of old) if (isSet) errors.push(invalid(root(key), '', 'needs to be unset'));
  return errors;
}

const IMMUTABLE: readonly (readonly [string, string, string])[] = [
  ['involvedObject', 'regarding', 'core.ObjectReference'],
  ['reason', 'reason', 's'],
  ['message', 'note', 's'],
  ['source', 'deprecatedSource', 'core.EventSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp', 't'],
  ['lastTimestamp', 'deprecatedLastTimestamp', 't'],
  ['count', 'deprecatedCount', 'i'],
  ['type', 'type', 's'],
  ['eventTime', 'eventTime', 't'],
  ['action', 'action', 's'],
  ['related', 'related', '*core.ObjectReference'],
  ['reportingController', 'reportingController', 's'],
  ['reportingInstance', 'reportingInstance', 's'],
];

/** Upstream: `ValidateEventUpdate` for requests to `events.k8s.io/v1`. */
export function checkEventUpdate(event: JsonObject, old: JsonObject): FieldError[] {
  const seriesChanged = !semanticEqual('*core.EventSeries', event['series'], old['series']);
  return [
    ...checkLegacy(event, fieldsOf(event, false)),
    ...checkCoreMetadataUpdate(event, old),
    ...(seriesChanged ? checkSeries(event) : []),
    ...IMMUTABLE.flatMap(([shown, key, type]) => checkImmutable(root(shown), type, event[key], old[key])),
  ];
}
