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

/** The name of cel-go's own type of a value, or of Go's type of data as it was handed in. */
export function goTypeName(value: CelValue, isPlainGo = false): string {
  switch (typeof value) {
    case 'string':
      return 'types.String';
    case 'boolean':
      return 'types.Bool';
    case 'bigint':
      return 'types.Int';
    case 'number':
      return 'types.Double';
    default:
      if (value === null) return isPlainGo ? '<nil>' : 'types.Null';
      if (Array.isArray(value)) return isPlainGo ? '[]interface {}' : '*types.baseList';
      if (!(value instanceof CelSpecial || value instanceof Uint8Array))
        return isPlainGo ? 'map[string]interface {}' : '*types.baseMap';
      return GO_TYPES[(value as { typeName?: string }).typeName ?? 'bytes'] ?? 'types.Val';
  }
}

const GO_TYPES: Readonly<Record<string, string>> = {
  bytes: 'types.Bytes',
  map: '*types.baseMap',
  uint: 'types.Uint',
  error: '*types.Err',
  optional_type: '*types.Optional',
  type: '*types.Type',
  'google.protobuf.Duration': 'types.Duration',
  'google.protobuf.Timestamp': 'types.Timestamp',
};
