import type { Re2Match, Re2Matcher } from '../regex.ts';

/** Makes the replacement of one match. */
type Replacement = (match: Re2Match) => string;

/**
 * Replaces every match. Unlike JavaScript, Go does not replace an empty match directly behind another match.
 * Upstream: Go regexp/regexp.go, replaceAll.
 */
export function replaceMatches(matcher: Re2Matcher, text: string, replacement: Replacement): string {
  let out = '';
  let copied = 0;
  let from = 0;
  while (from <= text.length) {
    const match = matcher.find(text, from);
    if (match === undefined) break;
    const end = match.index + (match.groups[0] ?? '').length;
    out += text.slice(copied, match.index);
    if (end > copied || match.index === 0) out += replacement(match);
    copied = end;
    const step = codePointLength(text, from);
    from = from + step > end ? from + step : end;
  }
  return out + text.slice(copied);
}

function codePointLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/**
 * Compiles a replacement template: `$1`, `${2}`, `$name`, `${name}` and `$$`. A `$` that starts none of these stays.
 * Upstream: Go regexp/regexp.go, Expand.
 */
export function compileTemplate(template: string, names: readonly string[]): Replacement {
  const parts: (string | number)[] = [];
  const reference = /\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})?/gu;
  let copied = 0;
  for (const match of template.matchAll(reference)) {
    const [whole, dollar, bare, braced] = match;
    const name = bare ?? braced;
    parts.push(template.slice(copied, match.index));
    copied = match.index + whole.length;
    if (name === undefined) parts.push(dollar ?? whole);
    else parts.push(...groupsOf(name, names));
  }
  parts.push(template.slice(copied));
  return (match) => {
    let taken = false;
    let out = '';
    for (const part of parts) {
      if (typeof part === 'string') out += part;
      // A negative number is a further group of the same name, for when the ones before did not match.
      else if (part >= 0 || !taken) {
        const text = match.groups[Math.abs(part)];
        taken = text !== undefined;
        out += text ?? '';
      }
    }
    return out;
  };
}

/** The group of a number or name. The same name may stand at several groups: the first that matched counts. */
function groupsOf(name: string, names: readonly string[]): readonly number[] {
  if (/^\d+$/.test(name)) {
    const tooBig = name.length > 9 || (name.length > 1 && name.startsWith('0'));
    return tooBig || Number(name) >= names.length ? [] : [Number(name)];
  }
  return names.flatMap((other, i) => (other === name ? [i] : [])).map((i, at) => (at === 0 ? i : -i));
}
