/** True for a character that Go's YAML writer does not escape: none beyond U+FFFF, no controls but the line feed. */
export function isPrintableInYaml(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 0x0a;
  if (code < 0x7f) return true;
  return code >= 0xa0 && code <= 0xfffd && code !== 0xfeff && !(code >= 0xd800 && code <= 0xdfff);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/**
 * A text in double quotes as Go writes it in YAML.
 * Upstream: `yaml_emitter_write_double_quoted` in `emitterc.go` of `go.yaml.in/yaml/v3`.
 */
export function yamlDoubleQuoted(text: string): string {
  // The encoder looks for a byte order mark at the start of the text whichever character it writes.
  const escapeAll = text.startsWith('\ufeff');
  let quoted = '"';
  for (const char of text) {
    const plain = isPrintableInYaml(char) && !/["\\\n\r\u0085\u2028\u2029]/.test(char);
    quoted += plain && !escapeAll ? char : escapeCharacter(char);
  }
  return `${quoted}"`;
}

function escapeCharacter(char: string): string {
  const short = ESCAPES[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  const hex = (width: number) => code.toString(16).toUpperCase().padStart(width, '0');
  if (code <= 0xff) return `\\x${hex(2)}`;
  return code <= 0xffff ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}
