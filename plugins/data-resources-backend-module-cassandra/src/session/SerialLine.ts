/** Lets one in at a time, in the order of arrival. */
export class SerialLine {
  #tail: Promise<void> = Promise.resolve();

  /** Call `leave` once, also when `turn` was not waited for. */
  join(): { turn: Promise<void>; leave: () => void } {
    const turn = this.#tail;
    let leave!: () => void;
    const left = new Promise<void>(resolve => {
      leave = resolve;
    });
    this.#tail = turn.then(() => left);
    return { turn, leave };
  }
}
