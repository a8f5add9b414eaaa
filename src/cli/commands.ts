import type { Command } from './command.ts';

/** A command that is loaded when it is used, so that each starts as fast as it can. */
export interface LazyCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every subcommand, in the order of the overview. */
export const COMMANDS: readonly LazyCommand[] = [
  {
    name: 'run',
    summary: 'run features against policies',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'cluster',
    summary: 'start, look at, remove or clean clusters to test on',
    load: async () => (await import('./commands/cluster.ts')).clusterCommand,
  },
  {
    name: 'admit',
    summary: 'answer admission requests, one JSON line each',
    load: async () => (await import('./commands/admit.ts')).admitCommand,
  },
  {
    name: 'test',
    summary: 'run kyverno-test.yaml files',
    load: async () => (await import('./commands/test.ts')).testCommand,
  },
  {
    name: 'apply',
    summary: 'apply policies to resources',
    load: async () => (await import('./commands/apply.ts')).applyCommand,
  },
  {
    name: 'lint',
    summary: 'check policies and tests without running them',
    load: async () => (await import('./commands/lint.ts')).lintCommand,
  },
  {
    name: 'convert',
    summary: 'make features of kyverno-test.yaml files',
    load: async () => (await import('./commands/convert.ts')).convertCommand,
  },
  {
    name: 'equivalent',
    summary: 'ask whether two policy sets judge alike',
    load: async () => (await import('./commands/equivalent.ts')).equivalentCommand,
  },
  {
    name: 'jp',
    summary: "evaluate and explain expressions of Kyverno's JMESPath",
    load: async () => (await import('./commands/jp.ts')).jpCommand,
  },
  {
    name: 'cel',
    summary: 'evaluate and explain expressions of CEL',
    load: async () => (await import('./commands/cel.ts')).celCommand,
  },
  {
    name: 'report',
    summary: 'make the Allure report of the last run',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
];
