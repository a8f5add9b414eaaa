import { type ParsedNode, parseAllDocuments } from 'yaml';

/** What the full reader found wrong: an offset into the text and Go's or the parser's words. */
export interface Fault {
  readonly code: string;
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** Thrown inside the readers; `documents.ts` makes an `InputError` of it. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** A document as nodes with offsets into `text`. `root` is `null` for an empty one. */
export interface Tree {
  readonly root: ParsedNode | null;
  readonly text: string;
}

/** Parses one document into nodes. Throws `FaultError` on the first mistake. */
export function parseTree(text: string): Tree {
  const odd = /[\u0085\u2028\u2029]/.exec(text);
  if (odd !== null) {
    throw new FaultError({
      code: 'yaml-line-break',
      offset: odd.index,
      message: 'the text holds a Unicode line separator, which YAML 1.1 and 1.2 read differently',
      hint: 'write it as `\\L`, `\\P` or `\\N` in double quotes',
    });
  }
  const [first, second] = parseOrOverflow(text);
  const error = first?.errors[0];
  if (error?.message.startsWith('Maximum call stack')) throw tooDeep(error.pos[0]);
  if (error !== undefined) throw new FaultError(syntaxFault(text, error.pos[0], error.code, error.message));
  if (second !== undefined && (second.contents !== null || second.errors.length > 0)) {
    throw new FaultError({
      code: 'yaml-lost-document',
      offset: second.range?.[0] ?? 0,
      message: 'Kubernetes reads nothing after the end of a document',
      hint: 'start the next document with a line `---`',
    });
  }
  return { root: first?.contents ?? null, text };
}

function parseOrOverflow(text: string) {
  try {
    return parseAllDocuments(text, {
      version: '1.1',
      schema: 'failsafe',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep(0);
  }
}

function tooDeep(offset: number): FaultError {
  return new FaultError({ code: 'yaml-too-deep', offset, message: 'the document is nested too deeply' });
}

function syntaxFault(text: string, offset: number, code: string, message: string): Fault {
  const hint = syntaxHint(text, offset, code);
  return {
    code: 'yaml-syntax',
    offset,
    message: `not valid YAML: ${message.replace(/\.$/, '')}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function syntaxHint(text: string, offset: number, code: string): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n')[0] ?? '';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces, YAML does not allow tabs here';
  if (/:\s+\{\{/.test(line) || /^\s*-\s+\{\{/.test(line)) return 'put quotes around a value that starts with `{{`';
  if (/:\s+[^"'\s][^"']*:\s/.test(line)) return 'put quotes around a value that contains `: `';
  if (/:\s+[*&!%@`]/.test(line))
    return 'put quotes around a value that starts with `*`, `&`, `!`, `%`, `@` or a backtick';
  if (code === 'BAD_INDENT' || code === 'MULTILINE_IMPLICIT_KEY' || code === 'BLOCK_AS_IMPLICIT_KEY') {
    return 'check the indentation and the quotes of this line and the one above';
  }
  return code === 'MISSING_CHAR' ? 'check that each quote and bracket is closed' : undefined;
}
