/** Where cel-go or a library panics: it then gives up the whole expression, whatever `||` stands around. */
export class InternalError extends Error {
  constructor(message: string) {
    super(`internal error: ${message}`);
  }
}
