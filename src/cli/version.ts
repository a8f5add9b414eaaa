import { readFileSync } from 'node:fs';

/** Our own version, from package.json. */
export function version(): string {
  const up = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json';
  const { version: text } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string };
  return text;
}
