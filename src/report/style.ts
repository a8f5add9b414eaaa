/** Ways to set words apart in a terminal. */
export interface Style {
  /** Characters in a line. */
  readonly width: number;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const LINE = 150;
const NARROWEST = 60;

/** Colours for a terminal, or plain text; `width` of the terminal in characters, where it has one. */
export function styleFor(colours: boolean, width: number = LINE): Style {
  const wrap = (on: number, off: number) => (text: string) => (colours ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return {
    width: Math.max(NARROWEST, width),
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
  };
}

/** Whether to use colours: on a terminal, unless `NO_COLOR` is set; always with `FORCE_COLOR`. */
export function wantsColours(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  return isTerminal && (env['NO_COLOR'] ?? '') === '';
}
