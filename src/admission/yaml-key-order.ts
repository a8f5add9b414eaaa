/**
 * The order in which Go's YAML encoder writes the keys of a map, for `Array.sort`: letters by code point, runs of
 * digits as numbers, other symbols before both. Upstream: `sorter.go` of `go.yaml.in/yaml/v3`.
 */
export function compareYamlKeys(a: string, b: string): number {
  if (a === b) return 0;
  return isLess([...a], [...b]) ? -1 : 1;
}

function isLess(a: readonly string[], b: readonly string[]): boolean {
  let afterDigits = false;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const left = a[i] ?? '';
    const right = b[i] ?? '';
    if (left === right) {
      afterDigits = isDigit(left);
      continue;
    }
    const leftLetter = isLetter(left);
    const rightLetter = isLetter(right);
    if (leftLetter && rightLetter) return codePoint(left) < codePoint(right);
    if (leftLetter || rightLetter) return afterDigits ? leftLetter : rightLetter;
    const start = (left === '0' || right === '0') && continuesNumber(a, i) ? 1n : 0n;
    const [leftNumber, leftEnd] = readNumber(a, i, start);
    const [rightNumber, rightEnd] = readNumber(b, i, start);
    if (leftNumber !== rightNumber) return leftNumber < rightNumber;
    if (leftEnd !== rightEnd) return leftEnd < rightEnd;
    return codePoint(left) < codePoint(right);
  }
  return a.length < b.length;
}

/** Is there a digit other than 0 in the run of digits that ends before `end`? */
function continuesNumber(text: readonly string[], end: number): boolean {
  for (let at = end - 1; at >= 0 && isDigit(text[at] ?? ''); at--) {
    if (text[at] !== '0') return true;
  }
  return false;
}

function readNumber(text: readonly string[], from: number, start: bigint): readonly [bigint, number] {
  let value = start;
  let at = from;
  for (; at < text.length && isDigit(text[at] ?? ''); at++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(codePoint(text[at] ?? '') - 0x30));
  }
  return [value, at];
}

function codePoint(char: string): number {
  return char.codePointAt(0) ?? 0;
}

function isDigit(char: string): boolean {
  return /^\p{Nd}$/u.test(char);
}

function isLetter(char: string): boolean {
  return /^\p{L}$/u.test(char);
}
