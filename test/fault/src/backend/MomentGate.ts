import type { Armed, FromBackend, MomentId, ToBackend } from './messages';

interface Target {
  id: string;
  /** What a call or a transaction about it holds: its name, and ids as they become known. */
  words: string[];
  stopAt?: MomentId;
  passed: Map<string, number>;
  /** Lets what is held go on. */
  release: () => void;
  released: Promise<void>;
}

/**
 * Knows the moments at which work on an object can be cut off, tells the runner of each, and
 * holds it back at the one that the runner chose, until it is released or the process is killed.
 */
export class MomentGate {
  readonly #targets = new Map<string, Target>();
  readonly #send: (message: FromBackend) => void;

  private constructor(send: (message: FromBackend) => void) {
    this.#send = send;
  }

  /** Listens to the runner that started this process. */
  static create(): MomentGate {
    const gate = new MomentGate(message => process.send?.(message));
    process.on('message', (message: ToBackend) => gate.#receive(message));
    return gate;
  }

  /** The targets that a text is about. */
  about(text: string): string[] {
    return [...this.#targets.values()]
      .filter(({ words }) => words.some(word => text.includes(word)))
      .map(({ id }) => id);
  }

  /** Waits if this is the moment of one of the targets. */
  async pass(ids: readonly string[], label: string): Promise<void> {
    for (const id of ids) {
      if (this.#reach(id, label)) {
        await this.#targets.get(id)?.released;
      }
    }
  }

  #reach(id: string, label: string): boolean {
    const target = this.#targets.get(id);
    if (!target) {
      return false;
    }
    const occurrence = (target.passed.get(label) ?? 0) + 1;
    target.passed.set(label, occurrence);
    const { stopAt } = target;
    const stops = stopAt?.label === label && stopAt.occurrence === occurrence;
    this.#send({ kind: stops ? 'stopped' : 'passed', id, label, occurrence });
    return stops;
  }

  #receive(message: ToBackend): void {
    if (message.kind === 'arm') {
      this.#arm(message.target);
      this.#send({ kind: 'armed', id: message.target.id });
    } else if (message.kind === 'learn') {
      this.#targets.get(message.id)?.words.push(message.word);
      this.#send({ kind: 'armed', id: message.id });
    } else if (message.kind === 'release') {
      this.#targets.get(message.id)?.release();
    } else {
      this.#targets.delete(message.id);
    }
  }

  #arm({ id, words, stopAt }: Armed): void {
    let release = () => {};
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    this.#targets.set(id, {
      id,
      words: [...words],
      stopAt,
      passed: new Map(),
      release,
      released,
    });
  }
}
