// Writes every generated file again, each by its own script.
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../', import.meta.url));
for (const script of globSync('scripts/generate-*.ts', { cwd }).sort()) {
  execFileSync(process.execPath, [script], { cwd, stdio: 'inherit' });
}
