import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** A word that no other run has: machine, process and chance; letters, digits and dashes, short enough for a label. */
export function runId(): string {
  const host = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 20);
  return [host || 'host', process.pid, randomBytes(3).toString('hex')].join('-');
}
