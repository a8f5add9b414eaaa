/** What a signal ends a process with, by the convention of shells. */
const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Lets a run clean up when it is interrupted: the first signal calls `stop`, and then the process ends; a second one ends
 * it at once. Dispose of it when there is nothing left to clean up.
 */
export function onInterrupt(stop: () => Promise<void>, say: (text: string) => void): Disposable {
  let stopping = false;
  const listen = (signal: NodeJS.Signals): void => {
    const code = EXIT_BY_SIGNAL[signal as keyof typeof EXIT_BY_SIGNAL];
    if (stopping) process.exit(code);
    stopping = true;
    say('stopping: removing what was made; once more to stop at once');
    stop().then(
      () => process.exit(code),
      (error: unknown) => {
        say(error instanceof Error ? error.message : String(error));
        process.exit(code);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listen);
  return {
    [Symbol.dispose]: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, listen);
    },
  };
}
