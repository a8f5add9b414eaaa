import { resolve } from 'node:path';
import { readText } from '../../harness/read-text.ts';
import { goJson } from '../../language/go-text.ts';
import {
  compileQuery,
  formatAst,
  highlightLocation,
  jmespathFunctions,
  QuerySyntaxError,
  searchQuery,
  standardFunctions,
} from '../../language/jmespath/index.ts';
import { indentJson } from '../../language/json-indent.ts';
import { didYouMean, EvaluationError, InputError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { EXIT } from '../../report/exit-code.ts';
import type { Command, Io } from '../command.ts';
import { checkFunctionNames } from '../function-names.ts';
import { parseOptions } from '../options.ts';
import { prompt } from '../prompt.ts';

const USAGE = `Usage: kyverdict jp query [-i FILE] [-q FILE]... [-c] [-u] [EXPRESSION...]
       kyverdict jp parse [-f FILE]... [EXPRESSION...]
       kyverdict jp function [NAME...]

Kyverno's JMESPath dialect on a JSON or YAML object, with the output of \`kyverno jp\`.

  query     evaluates expressions, those on the command line first; what is not given, the object or the
            expression, is read from standard input
  parse     shows the syntax tree of expressions
  function  lists functions, Kyverno's own before those of the JMESPath standard

Options:
  -i, --input FILE    query: the object, instead of standard input
  -q, --query FILE    query: an expression
  -c, --compact       query: JSON on one line
  -u, --unquoted      query: text without quotes
  -f, --file FILE     parse: an expression

Examples:
  kyverdict jp query -i pod.yaml 'spec.containers[].image'
  kyverdict jp parse 'request.object.metadata.name | truncate(@, \`9\`)'
  kyverdict jp function items

Exit codes: 0 done, 1 an expression is wrong or has no value, 3 bad input.
`;

const PARTS = ['query', 'parse', 'function'];

/** `kyverdict jp`: queries in Kyverno's JMESPath dialect. */
export const jpCommand: Command = {
  name: 'jp',
  summary: "evaluate and explain expressions of Kyverno's JMESPath",
  usage: USAGE,
  async run(args, io) {
    const [part = '', ...rest] = args;
    try {
      if (part === 'query') return await query(rest, io);
      if (part === 'parse') return await parse(rest, io);
      if (part === 'function') return listFunctions(rest, io);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      io.stderr.write(`Error: ${error.message}\n`);
      return EXIT.notAsExpected;
    }
    const meant = didYouMean(part, PARTS);
    throw new InputError({
      code: 'unknown-command',
      message: part === '' ? '`jp` needs a subcommand' : `\`jp\` has no subcommand \`${part}\``,
      hint: meant === undefined ? `write one of ${PARTS.join(', ')}` : `did you mean \`${meant}\`?`,
    });
  },
};

/** Upstream: `cmd/cli/kubectl-kyverno/commands/jp/query/command.go`. */
async function query(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    input: { type: 'string', short: 'i' },
    query: { type: 'string', short: 'q', multiple: true },
    compact: { type: 'boolean', short: 'c', default: false },
    unquoted: { type: 'boolean', short: 'u', default: false },
  });
  const queries = [...positionals, ...(values.query ?? []).map((file) => readText(resolve(io.cwd, file), file))];
  const given =
    values.input === undefined ? undefined : parseInput(readText(resolve(io.cwd, values.input), values.input));
  if (queries.length === 0 && (given === undefined || given === null)) {
    throw new InputError({
      code: 'no-query',
      message: 'neither an expression nor an object is given',
      hint: 'kyverdict jp query -i FILE EXPRESSION',
    });
  }
  if (queries.length === 0) queries.push(await prompt('Enter a jmespath expression and hit Ctrl+D.', io));
  const data = given ?? parseInput(await prompt('Enter input object and hit Ctrl+D.', io));
  const env = { clock: { now: io.now }, random: { next: Math.random } };
  for (const text of queries) {
    const compiled = naming(`failed to compile JMESPath: ${text}, error: `, () => compileQuery(text));
    const result = naming('error evaluating JMESPath expression: ', () => searchQuery(compiled, data, env));
    io.stdout.write(`# ${text}\n`);
    if (values.unquoted && typeof result === 'string') io.stdout.write(`${result}\n`);
    else {
      const json = naming('error marshalling result to JSON: ', () => goJson(result));
      io.stdout.write(`${values.compact ? json : indentJson(json)}\n`);
    }
  }
  return EXIT.asExpected;
}

/** Upstream: `cmd/cli/kubectl-kyverno/commands/jp/parse/command.go`. */
async function parse(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseOptions(args, { file: { type: 'string', short: 'f', multiple: true } });
  const expressions = [...positionals, ...(values.file ?? []).map((file) => readText(resolve(io.cwd, file), file))];
  if (expressions.length === 0) expressions.push(await prompt('Enter a jmespath expression and hit Ctrl+D.', io));
  for (const text of expressions) {
    try {
      const tree = formatAst(text);
      io.stdout.write(`# ${text}\n${tree}\n`);
    } catch (error) {
      if (!(error instanceof QuerySyntaxError)) throw error;
      throw new EvaluationError(`${error.message}\n${highlightLocation(error)}`);
    }
  }
  return EXIT.asExpected;
}

/** Upstream: `cmd/cli/kubectl-kyverno/commands/jp/function/command.go`. */
function listFunctions(args: readonly string[], io: Io): number {
  const { positionals: names } = parseOptions(args, {});
  const all = [...jmespathFunctions, ...standardFunctions];
  checkFunctionNames(names, all, 'kyverdict jp function');
  for (const { name, signature, note } of all) {
    if (names.length > 0 && !names.includes(name)) continue;
    const lines = [`Name: ${name}`, `  Signature: ${signature}`, ...(note === '' ? [] : [`  Note:      ${note}`])];
    io.stdout.write(`${lines.join('\n')}\n\n`);
  }
  return EXIT.asExpected;
}

/** The first document of a YAML or JSON text, with numbers as floats. */
function parseInput(text: string): Json {
  return naming('error parsing input json: ', () =>
    searchQuery(compileQuery('parse_yaml(@)'), text, { clock: { now: () => 0 }, random: { next: () => 0 } }),
  );
}

/** Puts a text before the message of an error. */
function naming<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof EvaluationError ? new EvaluationError(prefix + error.message) : error;
  }
}
