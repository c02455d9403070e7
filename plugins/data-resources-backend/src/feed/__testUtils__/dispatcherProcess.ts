import { setTimeout as sleep } from 'node:timers/promises';
import createKnex from 'knex';
import { OutboxConsumer } from '../OutboxConsumer';
import { OutboxNumberer } from '../OutboxNumberer';

/**
 * A process of its own that numbers the outbox and follows it, until it is killed. It tells on its
 * standard output, in one write each, what it handles.
 */
async function main(): Promise<void> {
  const knex = createKnex({
    client: 'pg',
    connection: JSON.parse(process.env.DISPATCHER_CONNECTION!),
  });
  const numberer = OutboxNumberer.create({ knex });
  const consumer = OutboxConsumer.create({
    knex,
    name: 'process',
    kinds: ['request'],
    from: 'beginning',
    handle: async items => {
      for (const [index, { id }] of items.entries()) {
        await tell(id);
        if (index % 10 === 0) {
          await sleep(1);
        }
      }
    },
  });
  try {
    await tell('ready');
    for (;;) {
      await numberer.number();
      await consumer.consume();
      await sleep(5);
    }
  } finally {
    // Else its connections keep the process, and nobody learns that it does nothing any more.
    await knex.destroy();
  }
}

/** Done when it is written: who reads may be slower, and a plain write fails then. */
async function tell(line: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(`${line}\n`, error =>
      error ? reject(error) : resolve(),
    );
  });
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
