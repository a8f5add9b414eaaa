import { parseQuantity, type Quantity, quantityText } from '../../language/quantity.ts';
import type { Mutable } from './mutable.ts';

const MILLI = -3;

/**
 * Rounds every quantity of a resource list away from zero to milli units and writes it in canonical form.
 * Upstream: `SetDefaults_ResourceList` (pkg/apis/core/v1/defaults.go).
 */
export function roundResourceList(list: Mutable): void {
  for (const key of Object.keys(list)) {
    const value = list[key];
    const quantity = typeof value === 'string' ? parseQuantity(value) : undefined;
    if (quantity !== undefined) list[key] = quantityText(roundToMilli(quantity));
  }
}

function roundToMilli({ digits, exponent, format }: Quantity): Quantity {
  if (exponent >= MILLI) return { digits, exponent, format };
  const divisor = 10n ** BigInt(MILLI - exponent);
  const whole = digits / divisor;
  const rest = digits % divisor;
  return { digits: rest === 0n ? whole : whole + (rest > 0n ? 1n : -1n), exponent: MILLI, format };
}
