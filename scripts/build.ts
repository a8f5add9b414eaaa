// Compiles src/ and steps/ to JavaScript in dist/: Node strips no types below node_modules. `npm run lint` checks types.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json', '--noCheck'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
chmodSync(`${root}dist/src/cli/main.js`, 0o755);
