import { promises as fs } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** What the process that measures may ask of the one that is measured. */
export type Question =
  | { ask: 'memory' }
  | { ask: 'profile' }
  | { ask: 'profiled'; file: string };

/** Bytes, after the garbage was collected. */
export interface Memory {
  heapUsed: number;
  rss: number;
}

/** Answers the parent process: how much memory is used, and where the time goes. */
export function answerParent(): void {
  const session = new Session();
  process.on('message', async (question: Question) => {
    process.send?.(await answer(session, question));
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
