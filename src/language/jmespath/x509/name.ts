import type { Json, JsonObject } from '../../../model/json.ts';
import { derOid, derText, elements, TAG } from './der.ts';

/** The attributes of a name that have a field of their own, by the last number of their identifier 2.5.4.x. */
const LISTS: ReadonlyMap<number, string> = new Map([
  [6, 'Country'],
  [10, 'Organization'],
  [11, 'OrganizationalUnit'],
  [7, 'Locality'],
  [8, 'Province'],
  [9, 'StreetAddress'],
  [17, 'PostalCode'],
]);

/** A distinguished name as Go's `pkix.Name` in JSON, from the content of its DER. */
export function decodeName(content: Uint8Array): JsonObject {
  const lists = new Map<string, string[]>();
  const names: Json[] = [];
  let commonName = '';
  let serialNumber = '';
  for (const set of elements(content, 'invalid RDNSequence', TAG.set)) {
    for (const attribute of elements(set.content, 'invalid RDNSequence: invalid attribute', TAG.sequence)) {
      const [type, value] = elements(attribute.content, 'invalid RDNSequence: invalid attribute');
      if (type === undefined || value === undefined) continue;
      const id = derOid(type.content);
      const text = derText(value);
      names.push({ Type: id, Value: text });
      const [a, b, c, field = -1] = id;
      if (id.length !== 4 || a !== 2 || b !== 5 || c !== 4) continue;
      const list = LISTS.get(field);
      if (list !== undefined) lists.set(list, [...(lists.get(list) ?? []), text]);
      else if (field === 3) commonName = text;
      else if (field === 5) serialNumber = text;
    }
  }
  return {
    ...Object.fromEntries([...LISTS.values()].map((field) => [field, lists.get(field) ?? null])),
    SerialNumber: serialNumber,
    CommonName: commonName,
    Names: names.length === 0 ? null : names,
    ExtraNames: null,
  };
}
