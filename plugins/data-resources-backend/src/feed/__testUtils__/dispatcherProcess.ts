import { writeSync } from 'node:fs';
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
        writeSync(1, `${id}\n`);
        if (index % 10 === 0) {
          await sleep(1);
        }
      }
    },
  });
  writeSync(1, 'ready\n');
  for (;;) {
    await numberer.number();
    await consumer.consume();
    await sleep(5);
  }
}

main().catch(error => {
  writeSync(2, `${error.stack}\n`);
  process.exitCode = 1;
});
