import type { Instruction, Program } from './program.ts';
import type { Assertion } from './syntax.ts';

/** Start and end of the whole match, then of each group; -1 for a group that took no part. */
export type Slots = readonly number[];

interface Thread {
  readonly at: number;
  readonly slots: Slots;
}

/**
 * Finds the leftmost match from an index on, of several the one that a backtracking search would find first, in time
 * proportional to text and program. `undefined` when there is none. With `groups` 0 it only says that there is one.
 * Upstream: Go regexp/exec.go (a Pike machine).
 */
export function runProgram({ steps, start }: Program, text: string, from: number, groups: number): Slots | undefined {
  const seen = new Int32Array(steps.length).fill(-1);
  const unset: Slots = Array.from({ length: groups * 2 }, () => -1);
  let threads: Thread[] = [];
  let found: Slots | undefined;
  for (let at = from; ; ) {
    const next: Thread[] = [];
    const code = text.codePointAt(at);
    const after = at + (code !== undefined && code > 0xffff ? 2 : 1);
    // Threads that are alive come first: they started further left.
    const current = follow(threads, found === undefined ? start : undefined, at);
    for (const { at: index, slots } of current) {
      const step = steps[index];
      if (step?.op === 'match') {
        found = slots;
        break;
      }
      if (step?.op === 'char' && code !== undefined && step.accepts(code)) next.push({ at: step.next, slots });
    }
    if (found !== undefined && groups === 0) return found;
    if (code === undefined || (next.length === 0 && found !== undefined)) return found;
    threads = next;
    at = after;
  }

  /** Threads at characters and matches, in order of preference. */
  function follow(alive: readonly Thread[], fresh: number | undefined, at: number): readonly Thread[] {
    const reached: Thread[] = [];
    const pending: Thread[] = [];
    const expand = (thread: Thread): void => {
      pending.push(thread);
      for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
        if (seen[top.at] === at) continue;
        seen[top.at] = at;
        const step = steps[top.at];
        if (step === undefined) continue;
        if (step.op === 'char' || step.op === 'match') reached.push(top);
        else pushNext(pending, step, top.slots, at);
      }
    };
    for (const thread of alive) expand(thread);
    if (fresh !== undefined) expand({ at: fresh, slots: unset });
    return reached;
  }

  function pushNext(
    pending: Thread[],
    step: Exclude<Instruction, { op: 'char' | 'match' }>,
    slots: Slots,
    at: number,
  ): void {
    switch (step.op) {
      case 'split':
        pending.push({ at: step.other, slots }, { at: step.next, slots });
        break;
      case 'save':
        pending.push({ at: step.next, slots: step.slot < groups * 2 ? slots.with(step.slot, at) : slots });
        break;
      case 'assert':
        if (holds(step.where, text, at)) pending.push({ at: step.next, slots });
    }
  }
}

function holds(where: Assertion, text: string, at: number): boolean {
  switch (where) {
    case 'begin-text':
      return at === 0;
    case 'end-text':
      return at === text.length;
    case 'begin-line':
      return at === 0 || text.charCodeAt(at - 1) === 0x0a;
    case 'end-line':
      return at === text.length || text.charCodeAt(at) === 0x0a;
    case 'word-boundary':
      return isWord(text, at - 1) !== isWord(text, at);
    case 'no-word-boundary':
      return isWord(text, at - 1) === isWord(text, at);
  }
}

function isWord(text: string, at: number): boolean {
  return /^\w$/.test(text.charAt(at));
}
