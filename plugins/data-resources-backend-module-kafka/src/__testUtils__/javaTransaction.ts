import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { KafkaDescription } from '@data-resources/test-engines';

const run = promisify(execFile);

/**
 * Runs Apache Kafka's own performance producer as a user, and answers with all that it printed.
 *
 * @param args - its options without the connection and the topic
 */
export async function javaProducer(
  kafka: KafkaDescription,
  options: { user: string; password: string; topic: string },
  args: readonly string[],
): Promise<string> {
  const { user, password, topic } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'kafka-producer-'));
  const properties = path.join(folder, 'client.properties');
  try {
    await writeFile(
      properties,
      [
        `bootstrap.servers=${kafka.bootstrap}`,
        'security.protocol=SASL_PLAINTEXT',
        'sasl.mechanism=SCRAM-SHA-512',
        `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password}";`,
        'max.block.ms=20000',
      ].join('\n'),
      { mode: 0o600 },
    );
    const { stdout, stderr } = await run(kafka.java, [
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dlog4j2.level=error',
      '-cp',
      kafka.classPath,
      'org.apache.kafka.tools.ProducerPerformance',
      '--topic',
      topic,
      ...args,
      '--command-config',
      properties,
    ]).catch(error => error as { stdout: string; stderr: string });
    return `${stdout}${stderr}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Writes ten records in transactions with Apache Kafka's own client, and answers with all
 * that it printed. The client of this package cannot: it sends the brokers' variant of a
 * request, which takes a right on the cluster.
 */
export async function javaTransaction(
  kafka: KafkaDescription,
  options: {
    user: string;
    password: string;
    topic: string;
    transactionalId: string;
  },
): Promise<string> {
  return javaProducer(kafka, options, [
    '--num-records',
    '10',
    '--record-size',
    '20',
    '--throughput',
    '-1',
    '--transactional-id',
    options.transactionalId,
  ]);
}
