const UNQUOTED = /^[A-Za-z_(][A-Za-z0-9_)]*$/;

/**
 * What `{{@}}` stands for at a leaf: the same place in the object under `prefix`. Everything up to `foreach` and two more
 * elements (such as `validate`, `pattern`) are cut from the leaf's path.
 * Upstream: `pkg/utils/jsonpointer/pointer.go`.
 */
export function selfPath(path: string, prefix: string): string {
  const elements = splitPath(path);
  const rest = elements.slice(elements.indexOf('foreach') + 1);
  const kept = rest.length <= 2 ? [] : rest.slice(2);
  return [...prefix.split('.'), ...kept].reduce((text, element) => {
    if (/^\d+$/.test(element) && BigInt(element) < 2n ** 64n) return `${text}[${element}]`;
    const name = UNQUOTED.test(element) ? element : quote(element);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

function quote(element: string): string {
  return `"${element.replace(/["\\/\b\f\n\r\t]/g, escapeChar)}"`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escapeChar(char: string): string {
  return ESCAPES.get(char) ?? `\\${char}`;
}

/** Splits at `/`; a backslash takes the next character literally. */
function splitPath(path: string): readonly string[] {
  const elements: string[] = [];
  let element = '';
  for (let i = 0; i < path.length; i++) {
    const char = path[i] ?? '';
    if (char === '\\') element += path[++i] ?? '';
    else if (char !== '/') element += char;
    else {
      if (element !== '') elements.push(element);
      element = '';
    }
  }
  if (element !== '') elements.push(element);
  return elements;
}
