import { Deadline } from './Deadline';

const never = new Promise<never>(() => {});

describe('Deadline', () => {
  it('should end a wait when the time is over', async () => {
    const deadline = new Deadline(new AbortController().signal, 30);

    await expect(deadline.race(never)).rejects.toThrow('timeout');
    expect(deadline.aborted).toBe(false);
    expect(deadline.remainingMs).toBe(0);
  });

  it('should end a wait when the caller stops', async () => {
    const caller = new AbortController();
    const deadline = new Deadline(caller.signal, 60_000);
    const waiting = deadline.race(never);
    caller.abort();

    await expect(waiting).rejects.toThrow('aborted');
    expect(deadline.aborted).toBe(true);
  });

  it('should look again until it sees what it waits for', async () => {
    const deadline = new Deadline(new AbortController().signal, 60_000);
    let looks = 0;

    expect(await deadline.until(async () => ++looks === 4)).toBe(true);
    expect(looks).toBe(4);
  });

  it('should give up looking when the time is over', async () => {
    const deadline = new Deadline(new AbortController().signal, 30);

    expect(await deadline.until(async () => false)).toBe(false);
  });
});
