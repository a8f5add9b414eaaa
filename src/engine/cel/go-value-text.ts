import { formatFloatG, goValue } from '../../language/go-text.ts';
import { CelSpecial, CelUint, type CelValue } from './values.ts';

/** A value as Go prints it with `%v` in the texts of errors. */
export function goValueText(value: CelValue): string {
  if (typeof value === 'number') return formatFloatG(value);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelSpecial) return value.typeName;
  if (value instanceof Uint8Array) return `[${[...value].join(' ')}]`;
  return Array.isArray(value) || (typeof value === 'object' && value !== null)
    ? JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one))
    : goValue(value as never);
}
