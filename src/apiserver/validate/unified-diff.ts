/**
 * Unified diff of two texts with three lines of context, no file header, as the API server appends it to a refusal.
 * Matching is that of Python's difflib: the longest common run first, then both sides of it; lines that are more than
 * 1 % of a text of 200 lines or more do not start a match. Upstream: `pkg/util/diff` over go-difflib.
 */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const groups = groupEdits(editsBetween(a, b));
  return groups.map((group) => hunk(group, a, b)).join('');
}

const CONTEXT = 3;

/** Lines `a[aFrom..aTo)` become `b[bFrom..bTo)`; equal when `same`. */
interface Edit {
  readonly same: boolean;
  readonly aFrom: number;
  readonly aTo: number;
  readonly bFrom: number;
  readonly bTo: number;
}

interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

function linePlaces(b: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [i, line] of b.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [i]);
    else known.push(i);
  }
  if (b.length < 200) return places;
  const limit = Math.floor(b.length / 100) + 1;
  return new Map([...places].filter(([, at]) => at.length <= limit));
}

function editsBetween(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const places = linePlaces(b);
  const matches: Match[] = [];
  const search = (aFrom: number, aTo: number, bFrom: number, bTo: number): void => {
    const best = longestMatch(a, b, places, { aFrom, aTo, bFrom, bTo });
    if (best.size === 0) return;
    if (aFrom < best.a && bFrom < best.b) search(aFrom, best.a, bFrom, best.b);
    matches.push(best);
    if (best.a + best.size < aTo && best.b + best.size < bTo) search(best.a + best.size, aTo, best.b + best.size, bTo);
  };
  search(0, a.length, 0, b.length);
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  for (const match of [...joinAdjacent(matches), { a: a.length, b: b.length, size: 0 }]) {
    if (i < match.a || j < match.b) edits.push({ same: false, aFrom: i, aTo: match.a, bFrom: j, bTo: match.b });
    i = match.a + match.size;
    j = match.b + match.size;
    if (match.size > 0) edits.push({ same: true, aFrom: match.a, aTo: i, bFrom: match.b, bTo: j });
  }
  return edits;
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  { aFrom, aTo, bFrom, bTo }: Omit<Edit, 'same'>,
): Match {
  let best = { a: aFrom, b: bFrom, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = aFrom; i < aTo; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] ?? '') ?? []) {
      if (j < bFrom) continue;
      if (j >= bTo) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  while (best.a > aFrom && best.b > bFrom && a[best.a - 1] === b[best.b - 1]) {
    best = { a: best.a - 1, b: best.b - 1, size: best.size + 1 };
  }
  while (best.a + best.size < aTo && best.b + best.size < bTo && a[best.a + best.size] === b[best.b + best.size]) {
    best = { ...best, size: best.size + 1 };
  }
  return best;
}

function joinAdjacent(matches: readonly Match[]): readonly Match[] {
  const joined: Match[] = [];
  for (const match of matches) {
    const last = joined[joined.length - 1];
    if (last !== undefined && last.a + last.size === match.a && last.b + last.size === match.b) {
      joined[joined.length - 1] = { ...last, size: last.size + match.size };
    } else joined.push(match);
  }
  return joined;
}

/** Cuts long equal runs down to the context and splits where two changes are far apart. */
function groupEdits(edits: readonly Edit[]): readonly (readonly Edit[])[] {
  const cut = [...edits];
  const first = cut[0];
  if (first?.same) {
    cut[0] = {
      ...first,
      aFrom: Math.max(first.aFrom, first.aTo - CONTEXT),
      bFrom: Math.max(first.bFrom, first.bTo - CONTEXT),
    };
  }
  const last = cut[cut.length - 1];
  if (last?.same) {
    const end = { aTo: Math.min(last.aTo, last.aFrom + CONTEXT), bTo: Math.min(last.bTo, last.bFrom + CONTEXT) };
    cut[cut.length - 1] = { ...last, ...end };
  }
  const groups: Edit[][] = [[]];
  for (const edit of cut) {
    let rest = edit;
    if (edit.same && edit.aTo - edit.aFrom > 2 * CONTEXT) {
      groups[groups.length - 1]?.push({
        ...edit,
        aTo: Math.min(edit.aTo, edit.aFrom + CONTEXT),
        bTo: Math.min(edit.bTo, edit.bFrom + CONTEXT),
      });
      groups.push([]);
      rest = {
        ...edit,
        aFrom: Math.max(edit.aFrom, edit.aTo - CONTEXT),
        bFrom: Math.max(edit.bFrom, edit.bTo - CONTEXT),
      };
    }
    groups[groups.length - 1]?.push(rest);
  }
  return groups.filter((group) => group.some((edit) => !edit.same));
}

function hunk(group: readonly Edit[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [group[0], group[group.length - 1]];
  if (first === undefined || last === undefined) return '';
  const lines = group.flatMap((edit) => {
    if (edit.same) return a.slice(edit.aFrom, edit.aTo).map((line) => ` ${line}`);
    return [
      ...a.slice(edit.aFrom, edit.aTo).map((line) => `-${line}`),
      ...b.slice(edit.bFrom, edit.bTo).map((line) => `+${line}`),
    ];
  });
  const head = `@@ -${lineRange(first.aFrom, last.aTo)} +${lineRange(first.bFrom, last.bTo)} @@`;
  return `${[head, ...lines].join('\n')}\n`;
}

function lineRange(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}
