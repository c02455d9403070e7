/** The user ended the run. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';

  constructor(signal: string) {
    super(`Ended by ${signal}`);
  }
}

/**
 * Aborts at Ctrl-C, at SIGTERM and when the terminal closes. A second signal changes
 * nothing: servers are being stopped in order by then.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort(new InterruptedError(signal)));
  }
  return controller.signal;
}

/** Resolves when the user ends the run. */
export async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return;
  }
  await new Promise<void>(resolve => {
    // A pending promise alone does not keep Node running.
    const alive = setInterval(() => {}, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
}
