import { type Quantity, quantityText } from '../../language/quantity.ts';
import type { Semver } from '../../language/semver-version.ts';
import { type Address, addressText, type Network } from './functions/address.ts';
import type { CelOpaque } from './values.ts';

/** The text that a value of a library was read from, in canonical form; `undefined` for what is read from no text. */
export function opaqueText({ typeName, data }: CelOpaque<unknown>): string | undefined {
  switch (typeName) {
    case 'kubernetes.Quantity':
      return quantityText(data as Quantity);
    case 'kubernetes.Semver':
      return semverText(data as Semver);
    case 'kubernetes.URL':
    case 'kyverno.image':
      return (data as { readonly text: string }).text;
    case 'net.IP':
      return addressText(data as Address);
    case 'net.CIDR':
      return `${addressText((data as Network).address)}/${(data as Network).length}`;
    default:
      return undefined;
  }
}

function semverText({ major, minor, patch, pre }: Semver): string {
  return `${major}.${minor}.${patch}${pre.length === 0 ? '' : `-${pre.join('.')}`}`;
}
