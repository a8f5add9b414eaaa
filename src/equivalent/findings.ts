import { draftTitle } from './draft.ts';
import { type SameDifference, shapeOf, shrink } from './shrink.ts';
import type { Answer, Tester } from './tester.ts';

/** Requests on which the sets differ in one way. */
export interface Finding {
  /** The smallest of them. */
  readonly smallest: Answer;
  /** The same for findings in which the same rules say the same: other fields, other ways to ask. */
  readonly group: number;
  /** All operations and kinds that it was met with, e.g. `CREATE Pod`. */
  readonly titles: readonly string[];
  /** How many requests it was met with. */
  readonly count: number;
}

/** Collects differences, each shrunk. */
export interface Findings {
  /** Adds a request on which the sets differ; true when it is a difference that was not met before. */
  readonly note: (answer: Answer) => boolean;
  /** The gravest first, those of a group together. */
  readonly list: () => readonly Finding[];
}

/** Differences of the same rules that are shrunk one by one; after that they only count. */
const MAX_SHRUNK = 12;

interface Found {
  smallest: Answer;
  readonly titles: Set<string>;
  count: number;
}

/** Findings of the same rules and answers. */
interface Group {
  readonly findings: Map<string, Found>;
  shrunk: number;
  /** Requests that were not shrunk any more. */
  more: number;
}

/** An empty collection. */
export function createFindings(tester: Tester): Findings {
  const groups = new Map<string, Group>();
  const groupOf = (answer: Answer): Group => {
    const key = signature(answer);
    const group = groups.get(key) ?? { findings: new Map(), shrunk: 0, more: 0 };
    groups.set(key, group);
    return group;
  };
  const note = (answer: Answer): boolean => {
    const title = draftTitle(answer.draft);
    const known = explanationOf([...groups.values()], answer);
    if (known !== undefined) {
      count(known, title);
      return false;
    }
    const group = groupOf(answer);
    if (group.shrunk >= MAX_SHRUNK) {
      group.more += 1;
      return false;
    }
    group.shrunk += 1;
    const smallest = shrink(tester, answer, sameAs(answer));
    const { findings } = groupOf(smallest);
    const shape = shapeKey(smallest);
    const same = findings.get(shape);
    if (same === undefined) {
      findings.set(shape, { smallest, titles: new Set([title]), count: 1 });
      return true;
    }
    count(same, title);
    if (size(smallest) < size(same.smallest)) same.smallest = smallest;
    return false;
  };
  const list = (): readonly Finding[] =>
    [...groups.values()]
      .map((group) => withoutKin([...group.findings.values()]))
      .filter((findings) => findings.length > 0)
      .sort((a, b) => gravity(a[0]) - gravity(b[0]))
      .flatMap((findings, group) =>
        findings
          .sort((a, b) => size(a.smallest) - size(b.smallest))
          .map(({ smallest, titles, count: met }) => ({ smallest, group, titles: [...titles].sort(), count: met })),
      );
  return { note, list };
}

function count(found: Found, title: string): void {
  found.count += 1;
  found.titles.add(title);
}

/** What both sides said, in short. */
export function signature({ old, new: other, badOld, badNew, difference }: Answer): string {
  return [difference ?? '', side(old), badOld, side(other), badNew].join(' ');
}

function side({ allowed, status }: Answer['old']): string {
  return `${allowed ?? ''}${status}`;
}

const KINDS = ['verdict', 'status', 'object', 'report', 'messages'];

function gravity(found: Found | undefined): number {
  return KINDS.indexOf(found?.smallest.difference ?? 'messages');
}

/** A container that only a subresource can add differs as one that comes with its pod does: it is no finding of its own. */
function withoutKin(findings: readonly Found[]): Found[] {
  const created = findings.find(({ smallest }) => smallest.draft.operation === 'CREATE');
  if (created === undefined) return [...findings];
  const kin = findings.filter(({ smallest }) => smallest.draft.subresource !== undefined);
  const titles = kin.flatMap((found) => [...found.titles]);
  const met = kin.reduce((sum, found) => sum + found.count, created.count);
  const merged: Found = { ...created, titles: new Set([...created.titles, ...titles]), count: met };
  return findings.filter((found) => !kin.includes(found)).map((found) => (found === created ? merged : found));
}

/** A finding whose smallest request is part of this one: then this one says nothing new. */
function explanationOf(groups: readonly Group[], answer: Answer): Found | undefined {
  const shape = new Set(shapeOf(answer.draft.object));
  const isSame = sameAs(answer);
  for (const group of groups) {
    for (const finding of group.findings.values()) {
      const { draft } = finding.smallest;
      const asked = draft.operation === answer.draft.operation && draft.subresource === answer.draft.subresource;
      if (asked && isSame(finding.smallest) && shapeOf(draft.object).every((leaf) => shape.has(leaf))) return finding;
    }
  }
  return undefined;
}

/** The same kind of difference between the same answers, made by no other rules. */
function sameAs(first: Answer): SameDifference {
  return (answer) =>
    answer.difference === first.difference &&
    side(answer.old) === side(first.old) &&
    side(answer.new) === side(first.new) &&
    answer.badOld.every((rule) => first.badOld.includes(rule)) &&
    answer.badNew.every((rule) => first.badNew.includes(rule));
}

function shapeKey({ draft }: Answer): string {
  const { operation, object, old, subresource, user } = draft;
  const before = old === undefined || old === object ? [] : shapeOf(old);
  return [operation, subresource ?? '', user?.username ?? '', shapeOf(object), 'was', before].join(' ');
}

function size({ draft }: Answer): number {
  return JSON.stringify(draft, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).length;
}
