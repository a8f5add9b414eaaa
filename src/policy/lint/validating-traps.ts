import { didYouMean } from '../../model/failure.ts';
import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { objectsIn, text } from '../check/rule.ts';
import type { Trap } from './finding.ts';

const CONTROLLERS = ['daemonsets', 'deployments', 'replicasets', 'statefulsets', 'jobs', 'cronjobs'];
const MODES = ['Kubernetes', 'JSON', 'HTTP', 'Envoy'];

/** Everything suspicious in a ValidatingPolicy or NamespacedValidatingPolicy that Kyverno accepts. */
export function validatingTraps({ spec }: Policy): readonly Trap[] {
  return [...modeTraps(spec), ...validationTraps(spec), ...autogenTraps(spec)];
}

function modeTraps(spec: JsonObject): readonly Trap[] {
  const mode = text(asObject(spec['evaluation']) ?? {}, 'mode');
  const hasConstraints = asObject(spec['matchConstraints']) !== undefined;
  if (mode !== '' && !MODES.includes(mode)) {
    const near = didYouMean(mode, MODES);
    const message = `the mode \`${mode}\` does not exist and is taken for Kubernetes`;
    const hint = near === undefined ? `write one of ${MODES.join(', ')}` : `did you mean \`${near}\`?`;
    return [{ code: 'unknown-mode', path: ['spec', 'evaluation', 'mode'], message, hint }];
  }
  if (hasConstraints || (mode !== '' && mode !== 'Kubernetes')) return [];
  const message = 'a policy without `matchConstraints` is never asked';
  return [{ code: 'matches-nothing', path: ['spec'], message, hint: 'say under `resourceRules` what it is about' }];
}

function validationTraps(spec: JsonObject): readonly Trap[] {
  const validations = objectsIn(spec['validations']);
  if (validations.length === 0) {
    const message = 'a policy without `validations` lets everything pass';
    return [{ code: 'checks-nothing', path: ['spec'], message, hint: 'add an expression to `validations`' }];
  }
  return validations.flatMap((validation, index) =>
    text(validation, 'message').includes('{{')
      ? [
          {
            code: 'braces-in-message',
            path: ['spec', 'validations', index, 'message'],
            message: 'the message is given out as it stands, braces included',
            hint: 'compute it with `messageExpression`',
          },
        ]
      : [],
  );
}

function autogenTraps(spec: JsonObject): readonly Trap[] {
  const named = asArray(asObject(asObject(spec['autogen'])?.['podControllers'])?.['controllers']) ?? [];
  return named.flatMap((one, index) => {
    const name = asString(one) ?? '';
    if (CONTROLLERS.includes(name)) return [];
    const near = didYouMean(name, CONTROLLERS);
    const hint = near === undefined ? `there are: ${CONTROLLERS.join(', ')}` : `did you mean \`${near}\`?`;
    const path = ['spec', 'autogen', 'podControllers', 'controllers', index];
    return [{ code: 'unknown-controller', path, message: `\`${name}\` is passed over`, hint }];
  });
}
