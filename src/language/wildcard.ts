/**
 * Kyverno's wildcards: `*` is any run of characters (also none, also `/`), `?` is exactly one code point, all else
 * is literal and the whole text must match. There is no escaping.
 * Upstream: `ext/wildcard` over `github.com/IGLOU-EU/go-wildcard`.
 */

const STAR = 42;
const QUESTION = 63;

/** True when the text holds `*` or `?`. */
export function hasWildcard(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === STAR || unit === QUESTION) return true;
  }
  return false;
}

/** True when the whole text matches the wildcard pattern. Linear in the text for each `*`; allocates nothing. */
export function wildcardMatch(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (t < text.length) {
    const unit = p < pattern.length ? pattern.charCodeAt(p) : -1;
    if (unit === STAR) {
      starAt = p++;
      resumeAt = t;
    } else if (unit === QUESTION) {
      p++;
      t += codePointLength(text, t);
    } else if (unit === text.charCodeAt(t)) {
      p++;
      t++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      resumeAt += codePointLength(text, resumeAt);
      t = resumeAt;
    } else return false;
  }
  while (p < pattern.length && pattern.charCodeAt(p) === STAR) p++;
  return p === pattern.length;
}

/** A matcher for one pattern, to be used many times. */
export function compileWildcard(pattern: string): (text: string) => boolean {
  if (!hasWildcard(pattern)) return (text) => text === pattern;
  if (/^\*+$/.test(pattern)) return () => true;
  if (pattern === '?*') return (text) => text !== '';
  const inner = pattern.slice(1, -1);
  if (!hasWildcard(pattern.slice(0, -1)) && pattern.endsWith('*')) {
    const prefix = pattern.slice(0, -1);
    return (text) => text.startsWith(prefix);
  }
  if (!hasWildcard(pattern.slice(1)) && pattern.startsWith('*')) {
    const suffix = pattern.slice(1);
    return (text) => text.endsWith(suffix);
  }
  if (pattern.length > 2 && pattern.startsWith('*') && pattern.endsWith('*') && !hasWildcard(inner)) {
    return (text) => text.includes(inner);
  }
  return (text) => wildcardMatch(pattern, text);
}

function codePointLength(text: string, at: number): 1 | 2 {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff || at + 1 >= text.length) return 1;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
}
