import { InputError } from '../model/failure.ts';

const PATIENCE = 30_000;

/** True for an address that texts are fetched from. */
export function isAddress(path: string): boolean {
  return /^https?:\/\//.test(path);
}

/** The texts behind all addresses among paths. Throws `InputError` for one that gives no text. */
export async function fetchTexts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const addresses = [...new Set(paths.filter(isAddress))];
  return new Map(await Promise.all(addresses.map(async (address) => [address, await fetchText(address)] as const)));
}

async function fetchText(address: string): Promise<string> {
  const fail = (why: string): InputError => {
    const hint = 'the address must lead to one YAML file; download folders and repositories first';
    return new InputError({ code: 'no-answer', message: `\`${address}\` cannot be read: ${why}`, hint });
  };
  let reply: Response;
  try {
    reply = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    throw fail(cause instanceof Error && cause.message !== '' ? cause.message : String(error));
  }
  if (!reply.ok) throw fail(`the server answers ${reply.status} ${reply.statusText}`.trim());
  const text = await reply.text();
  if (/^\s*<(?:!doctype|html)/i.test(text)) throw fail('it is a web page');
  return text;
}
