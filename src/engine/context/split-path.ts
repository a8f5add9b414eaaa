import { EvaluationError } from '../../model/failure.ts';

/**
 * Splits a dotted path as a CSV record with `.` as comma: `a."b.c".d` is `a`, `b.c`, `d`; a doubled quote stands for one.
 * Throws `EvaluationError` with the reader's text for a misplaced quote.
 * Upstream: `AddVariable` in `pkg/engine/context/context.go` (Go's `encoding/csv`).
 */
export function splitPath(path: string): readonly string[] {
  const fields: string[] = [];
  let rest = path;
  for (;;) {
    const quoted = rest.startsWith('"') ? /^"((?:[^"]|"")*)"(?=\.|$)/u.exec(rest) : undefined;
    if (quoted === null)
      throw new EvaluationError(
        `parse error on line 1, column ${path.length}: extraneous or missing " in quoted-field`,
      );
    const raw = quoted?.[0] ?? /^[^.]*/u.exec(rest)?.[0] ?? '';
    if (quoted === undefined && raw.includes('"')) {
      const column = path.length - rest.length + raw.indexOf('"') + 1;
      throw new EvaluationError(`parse error on line 1, column ${column}: bare " in non-quoted-field`);
    }
    fields.push(quoted === undefined ? raw : (quoted[1] ?? '').replaceAll('""', '"'));
    if (rest.length === raw.length) return fields;
    rest = rest.slice(raw.length + 1);
  }
}
