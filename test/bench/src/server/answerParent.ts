import { promises as fs } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** What the process that measures may ask of the one that is measured. */
export type Question =
  | { ask: 'memory' }
  | { ask: 'processor' }
  | { ask: 'profile' }
  | { ask: 'profiled'; file: string };

/** A question, with a number by which its answer is known among other messages. */
export type Asked = Question & { number: number };

/** What was asked under a number. */
export interface Answer {
  number: number;
  answer: object;
}

/** Bytes, after the garbage was collected. */
export interface Memory {
  heapUsed: number;
  rss: number;
}

/** Time of processors that was used since the start, in milliseconds. */
export interface Processor {
  ms: number;
}

/** Answers the parent process: how much memory is used, and where the time goes. */
export function answerParent(): void {
  const session = new Session();
  process.on('message', async (question: Asked) => {
    const { number } = question;
    process.send?.({ number, answer: await answer(session, question) });
  });
}

async function answer(session: Session, question: Question): Promise<object> {
  switch (question.ask) {
    case 'memory': {
      // Twice: what the first one lets go of may hold more.
      global.gc?.();
      global.gc?.();
      const { heapUsed, rss } = process.memoryUsage();
      return { heapUsed, rss };
    }
    case 'processor': {
      const { user, system } = process.cpuUsage();
      return { ms: (user + system) / 1_000 };
    }
    case 'profile':
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      return {};
    default: {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      await fs.writeFile(question.file, JSON.stringify(profile));
      return {};
    }
  }
}
