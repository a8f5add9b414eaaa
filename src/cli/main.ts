#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Node keeps what it compiled of the modules that are loaded from here on, in its folder for temporary files.
enableCompileCache();
const { runCli } = await import('./run-cli.ts');

// npm runs scripts in the project's folder and says in INIT_CWD where the user stands.
const cwd =
  process.env['INIT_CWD'] !== undefined && process.env['npm_lifecycle_event'] === 'kyverdict'
    ? process.env['INIT_CWD']
    : process.cwd();

// A reader such as `head` may have enough before we are done.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  cwd,
  env: process.env,
  now: () => performance.timeOrigin + performance.now(),
});
