import { EvaluationError } from '../../model/failure.ts';
import { caseVariants } from './fold.ts';
import type { Assertion, ClassPart, RegexNode } from './syntax.ts';

/** One step of a program. `next` of a `split` is tried before `other`. */
export type Instruction =
  | { readonly op: 'char'; readonly accepts: (code: number) => boolean; next: number }
  | { readonly op: 'split'; next: number; other: number }
  | { readonly op: 'save'; readonly slot: number; next: number }
  | { readonly op: 'assert'; readonly where: Assertion; next: number }
  | { readonly op: 'match' };

/** Where a regular expression starts, and its steps. */
export interface Program {
  readonly start: number;
  readonly steps: readonly Instruction[];
}

const MAX_STEPS = 200_000;

/** Sets where a step goes on. */
type Exit = (target: number) => void;

interface Fragment {
  readonly start: number;
  readonly exits: readonly Exit[];
  readonly nullable: boolean;
}

/**
 * Compiles a regular expression for the machine in machine.ts.
 * Throws `EvaluationError` when it is too large. Upstream: Go regexp/syntax/compile.go, simplify.go.
 */
export function compileProgram(node: RegexNode): Program {
  const steps: Instruction[] = [];

  const emit = (step: Instruction): number => {
    if (steps.length >= MAX_STEPS) throw new EvaluationError('error parsing regexp: expression too large');
    return steps.push(step) - 1;
  };
  const to = (exits: readonly Exit[], target: number): void => {
    for (const exit of exits) exit(target);
  };

  function single(step: Exclude<Instruction, { op: 'match' | 'split' }>, nullable: boolean): Fragment {
    const exit: Exit = (target) => {
      step.next = target;
    };
    return { start: emit(step), exits: [exit], nullable };
  }

  function sequence(parts: readonly (() => Fragment)[]): Fragment {
    let whole: Fragment | undefined;
    for (const part of parts) {
      const next = part();
      if (whole !== undefined) to(whole.exits, next.start);
      whole = {
        start: whole?.start ?? next.start,
        exits: next.exits,
        nullable: (whole?.nullable ?? true) && next.nullable,
      };
    }
    // Nothing at all: a step that only goes on.
    return whole ?? split(undefined, true);
  }

  /** A choice between some steps and going on; without steps it only goes on. */
  function split(into: number | undefined, greedy: boolean): Fragment {
    const step: Instruction = { op: 'split', next: into ?? -1, other: into ?? -1 };
    const start = emit(step);
    if (into === undefined) {
      const exit: Exit = (target) => {
        step.next = target;
        step.other = target;
      };
      return { start, exits: [exit], nullable: true };
    }
    const exit: Exit = (target) => {
      if (greedy) step.other = target;
      else step.next = target;
    };
    return { start, exits: [exit], nullable: true };
  }

  function plus(body: () => Fragment, greedy: boolean): Fragment {
    const inner = body();
    const loop = split(inner.start, greedy);
    to(inner.exits, loop.start);
    return { start: inner.start, exits: loop.exits, nullable: inner.nullable };
  }

  function quest(body: () => Fragment, greedy: boolean): Fragment {
    const inner = body();
    const choice = split(inner.start, greedy);
    return { start: choice.start, exits: [...choice.exits, ...inner.exits], nullable: true };
  }

  function star(body: () => Fragment, greedy: boolean): Fragment {
    const inner = body();
    const loop = split(inner.start, greedy);
    to(inner.exits, loop.start);
    if (!inner.nullable) return loop;
    // What can match nothing is repeated as (x+)?, which keeps the order of choices.
    const choice = split(inner.start, greedy);
    return { start: choice.start, exits: [...choice.exits, ...loop.exits], nullable: true };
  }

  function repeat({ node: body, min, max, greedy }: Extract<RegexNode, { op: 'repeat' }>): Fragment {
    const one = (): Fragment => build(body);
    if (max === -1) {
      if (min === 0) return star(one, greedy);
      return sequence([...Array.from({ length: min - 1 }, () => one), () => plus(one, greedy)]);
    }
    // x{2,4} is xx(x(x)?)?
    let rest: (() => Fragment) | undefined;
    for (let i = min; i < max; i++) {
      const inner = rest;
      rest = () => quest(inner === undefined ? one : () => sequence([one, inner]), greedy);
    }
    return sequence([...Array.from({ length: min }, () => one), ...(rest === undefined ? [] : [rest])]);
  }

  function alternate(nodes: readonly RegexNode[]): Fragment {
    const [first, ...others] = nodes;
    if (first === undefined) return sequence([]);
    if (others.length === 0) return build(first);
    const left = build(first);
    const right = alternate(others);
    const start = emit({ op: 'split', next: left.start, other: right.start });
    return { start, exits: [...left.exits, ...right.exits], nullable: left.nullable || right.nullable };
  }

  function build(part: RegexNode): Fragment {
    switch (part.op) {
      case 'char':
        return single({ op: 'char', accepts: charTest(part.code, part.fold), next: -1 }, false);
      case 'class':
        return single({ op: 'char', accepts: classTest(part), next: -1 }, false);
      case 'any':
        return single({ op: 'char', accepts: part.newline ? () => true : (code) => code !== 0x0a, next: -1 }, false);
      case 'assert':
        return single({ op: 'assert', where: part.where, next: -1 }, true);
      case 'capture':
        return sequence([
          () => single({ op: 'save', slot: 2 * part.index, next: -1 }, true),
          () => build(part.node),
          () => single({ op: 'save', slot: 2 * part.index + 1, next: -1 }, true),
        ]);
      case 'concat':
        return sequence(part.nodes.map((child) => () => build(child)));
      case 'alternate':
        return alternate(part.nodes);
      case 'repeat':
        return repeat(part);
    }
  }

  const whole = build({ op: 'capture', index: 0, node });
  to(whole.exits, emit({ op: 'match' }));
  return { start: whole.start, steps };
}

function charTest(code: number, fold: boolean): (code: number) => boolean {
  const variants = fold ? caseVariants(code) : [code];
  if (variants.length === 1) return (other) => other === code;
  return (other) => variants.includes(other);
}

function classTest({ parts, negated, fold }: Extract<RegexNode, { op: 'class' }>): (code: number) => boolean {
  const tests = parts.map(partTest);
  const known = new Map<number, boolean>();
  return (code) => {
    let found = known.get(code);
    if (found === undefined) {
      const variants = fold ? caseVariants(code) : [code];
      found = tests.some((test) => variants.some(test)) !== negated;
      if (known.size < 1024) known.set(code, found);
    }
    return found;
  };
}

function partTest(part: ClassPart): (code: number) => boolean {
  if ('property' in part) {
    const property = new RegExp(`^\\p{${part.property}}$`, 'v');
    return (code) => property.test(String.fromCodePoint(code)) !== part.negated;
  }
  const [low, high] = part;
  return (code) => code >= low && code <= high;
}
