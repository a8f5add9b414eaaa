import { resolve } from 'node:path';
import { createRegistry } from '../../apiserver/resources/registry.ts';
import { celTreeText, compileCel, signaturesOf } from '../../engine/cel/index.ts';
import { readText } from '../../harness/read-text.ts';
import { didYouMean, InputError } from '../../model/failure.ts';
import { EXIT } from '../../report/exit-code.ts';
import { CEL_ENVIRONMENTS, celEnvironment, environmentName } from '../cel/environments.ts';
import { compileErrors, type NamedText } from '../cel/error-text.ts';
import { celQuery } from '../cel/query.ts';
import { readCelInput } from '../cel/read-input.ts';
import type { Command, Io } from '../command.ts';
import { checkFunctionNames } from '../function-names.ts';
import { parseOptions } from '../options.ts';
import { prompt } from '../prompt.ts';

const ENVIRONMENTS = Object.entries(CEL_ENVIRONMENTS);

const USAGE = `Usage: kyverdict cel query [-i FILE] [-q FILE]... [OPTIONS] [EXPRESSION...]
       kyverdict cel parse [-q FILE]... [-e ENV] [EXPRESSION...]
       kyverdict cel function [-e ENV] [NAME...]

The Common Expression Language as Kubernetes and Kyverno evaluate it.

  query     evaluates expressions, those on the command line first; what is not given, the object or the
            expression, is read from standard input
  parse     shows the syntax tree of expressions, with types
  function  lists functions, operators and macros

Environments (-e, --env), which decide what an expression may use:
${ENVIRONMENTS.map(([name, text]) => `  ${name.padEnd(15)} ${text}${name === 'kyverno' ? ' (default)' : ''}`).join('\n')}

Options:
  -q, --query FILE              an expression
  -e, --env ENV                 the environment

Options of query:
  -i, --input FILE              YAML or JSON: an object, an AdmissionReview, or a request as a line of
                                \`kyverdict admit\` (operation, object, oldObject, userInfo ...)
      --old-object FILE         what was stored before
      --operation OPERATION     CREATE, UPDATE, DELETE or CONNECT (default: from the objects that are given)
      --user NAME               who asks (default: admin of system:masters)
      --group NAME              a group of the user; may be repeated
      --namespace NAME          the namespace of the request (default: the object's)
      --namespace-object FILE   the Namespace object
      --params FILE             the object of paramRef
      --cluster FILE            objects that exist, the Namespace object among them; may be repeated
  -v, --variable NAME=EXPR      what variables.NAME gives; may be repeated, each sees those before it
  -c, --compact                 JSON on one line
  -u, --unquoted                text without quotes
      --cost                    what the evaluation cost, of ${1_000_000} that it may

A value that JSON does not have is shown as an expression: optional.none(), quantity("1Gi").

Examples:
  kyverdict cel query -i pod.yaml 'object.spec.containers.map(c, c.image)'
  kyverdict cel query -i pod.yaml --operation UPDATE --old-object old.yaml 'object.spec == oldObject.spec'
  kyverdict cel query -i pod.yaml -v 'images=object.spec.containers.map(c, c.image)' 'variables.images.size()'
  kyverdict cel parse 'request.operation in ["CREATE", "UPDATE"]'
  kyverdict cel function substring

Exit codes: 0 done, 1 an expression is wrong or has no value, 3 bad input, 5 it needs what is not supported.
`;

const PARTS = ['query', 'parse', 'function'];

/** `kyverdict cel`: evaluates and explains expressions of CEL. */
export const celCommand: Command = {
  name: 'cel',
  summary: 'evaluate and explain expressions of CEL',
  usage: USAGE,
  async run(args, io) {
    const [part = '', ...rest] = args;
    if (part === 'query') return await query(rest, io);
    if (part === 'parse') return await parse(rest, io);
    if (part === 'function') return listFunctions(rest, io);
    const meant = didYouMean(part, PARTS);
    throw new InputError({
      code: 'unknown-command',
      message: part === '' ? '`cel` needs a subcommand' : `\`cel\` has no subcommand \`${part}\``,
      hint: meant === undefined ? `write one of ${PARTS.join(', ')}` : `did you mean \`${meant}\`?`,
    });
  },
};

const EXPRESSIONS = {
  query: { type: 'string', short: 'q', multiple: true },
  env: { type: 'string', short: 'e', default: 'kyverno' },
} as const;

async function query(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    ...EXPRESSIONS,
    input: { type: 'string', short: 'i' },
    'old-object': { type: 'string' },
    operation: { type: 'string' },
    user: { type: 'string' },
    group: { type: 'string', multiple: true },
    namespace: { type: 'string' },
    'namespace-object': { type: 'string' },
    params: { type: 'string' },
    cluster: { type: 'string', multiple: true },
    variable: { type: 'string', short: 'v', multiple: true },
    compact: { type: 'boolean', short: 'c', default: false },
    unquoted: { type: 'boolean', short: 'u', default: false },
    cost: { type: 'boolean', default: false },
  });
  const environment = environmentName(values.env);
  const expressions = named(positionals, values.query, io);
  const variables = (values.variable ?? []).map(variableOf);
  const file = values.input;
  let given = file === undefined ? undefined : { text: readText(resolve(io.cwd, file), file), file };
  if (expressions.length === 0 && given === undefined) {
    throw new InputError({
      code: 'no-query',
      message: 'neither an expression nor an object is given',
      hint: 'kyverdict cel query -i FILE EXPRESSION',
    });
  }
  if (expressions.length === 0) expressions.push(await promptExpression(io));
  else given ??= { text: await prompt('Enter input object and hit Ctrl+D.', io), file: 'standard input' };
  const pluralOf = (kind: Parameters<ReturnType<typeof createRegistry>['byKind']>[0]) =>
    createRegistry([]).byKind(kind)?.gvr.resource ?? '';
  const input = readCelInput(given, values, io.cwd, pluralOf);
  const evaluate = celQuery(environment, input, variables, values);
  for (const expression of expressions) {
    const { ok, text } = evaluate(expression);
    (ok ? io.stdout : io.stderr).write(text);
    if (!ok) return EXIT.notAsExpected;
  }
  return EXIT.asExpected;
}

async function parse(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseOptions(args, EXPRESSIONS);
  const env = celEnvironment(environmentName(values.env), new Map());
  const expressions = named(positionals, values.query, io);
  if (expressions.length === 0) expressions.push(await promptExpression(io));
  for (const expression of expressions) {
    const { problem } = compileCel(expression.text, env);
    if (problem !== undefined) {
      io.stderr.write(compileErrors(expression, problem.issues, env));
      return EXIT.notAsExpected;
    }
    io.stdout.write(`# ${expression.text}\n${celTreeText(expression.text, env) ?? ''}\n`);
  }
  return EXIT.asExpected;
}

function listFunctions(args: readonly string[], io: Io): number {
  const { values, positionals: names } = parseOptions(args, { env: EXPRESSIONS.env });
  const all = signaturesOf(celEnvironment(environmentName(values.env), new Map()));
  checkFunctionNames(names, all, 'kyverdict cel function');
  for (const { name, forms, isMacro } of all) {
    if (names.length > 0 && !names.includes(name)) continue;
    const signature = `  Signature: ${forms.join('\n             ')}`;
    io.stdout.write(`Name: ${name}\n${signature}\n${isMacro ? '  Note:      macro\n' : ''}\n`);
  }
  return EXIT.asExpected;
}

/** Expressions with the words that errors call them by. */
function named(positionals: readonly string[], files: readonly string[] | undefined, io: Io): NamedText[] {
  const given = positionals.map((text, index) => ({
    name: positionals.length === 1 ? 'expression' : `expression ${index + 1}`,
    text,
  }));
  return [...given, ...(files ?? []).map((file) => ({ name: file, text: readText(resolve(io.cwd, file), file) }))];
}

function variableOf(given: string): NamedText {
  const equals = given.indexOf('=');
  const name = given.slice(0, Math.max(equals, 0)).trim();
  if (/^[A-Za-z_]\w*$/.test(name)) return { name, text: given.slice(equals + 1) };
  throw new InputError({
    code: 'bad-variable',
    message: `\`${given}\` is no variable`,
    hint: "write NAME=EXPRESSION, e.g. -v 'name=object.metadata.name'",
  });
}

async function promptExpression(io: Io): Promise<NamedText> {
  return { name: 'expression', text: await prompt('Enter a CEL expression and hit Ctrl+D.', io) };
}
