import { readFileSync } from 'node:fs';
import { writePrivateFile } from './secrets';

/** Name of the environment variable that holds the path of the description file. */
export const DESCRIPTION_VARIABLE = 'DATA_RESOURCES_TEST_ENGINES';

/** A login of a server. */
export interface Account {
  user: string;
  password: string;
}

/** What every server has. */
export interface ServerDescription {
  /** The server's name, which is also its instance's name, e.g. `kafka-dev`. */
  name: EngineName;
  /** Holds the server's data, pid and secrets. */
  folder: string;
  /** Standard output and error of the server, appended at every start. */
  logFile: string;
  /** Every port of the server, by the names of the options that change them. */
  ports: Record<string, number>;
  /** Whether it gave up safety against a power failure for speed. */
  volatile: boolean;
  /** Always a loopback address. */
  host: string;
  /** The superuser: for setting a scene and for witnesses, never for the product. */
  admin: Account;
  /** The account that the product logs in with. */
  provisioner: Account;
}

/** A PostgreSQL server. On `portal` the provisioner is Backstage's own `backstage`. */
export interface PostgresDescription extends ServerDescription {
  engine: 'postgres';
  port: number;
}

/** A Kafka broker with SCRAM-SHA-512 on two listeners. */
export interface KafkaDescription extends ServerDescription {
  engine: 'kafka';
  port: number;
  tlsPort: number;
  /** `host:port` of the SASL_PLAINTEXT listener. */
  bootstrap: string;
  /** `host:port` of the SASL_SSL listener. */
  bootstrapTls: string;
  /** PEM file with the certificate authority of the SASL_SSL listener. */
  caFile: string;
  /** Client properties of `admin`, for Kafka's command line tools. */
  adminConfigFile: string;
  /** The Java binary that runs the broker and its tools. */
  java: string;
  /** Class path of the broker and of its tools. */
  classPath: string;
}

/** A Cassandra node with a data centre of its own. */
export interface CassandraDescription extends ServerDescription {
  engine: 'cassandra';
  port: number;
  contactPoints: string[];
  dataCenter: string;
}

/** The servers by name. */
export interface EngineDescriptions {
  portal: PostgresDescription;
  'postgres-dev': PostgresDescription;
  'postgres-prod': PostgresDescription;
  'postgres-15': PostgresDescription;
  'kafka-dev': KafkaDescription;
  'cassandra-dev': CassandraDescription;
}

/** Name of a server. */
export type EngineName = keyof EngineDescriptions;

/** Servers that start when a test asks for them; see `demandEngine`. */
export const demandedNames = ['postgres-15'] as const;

/** Name of a server that starts when a test asks for it. */
export type DemandedName = (typeof demandedNames)[number];

/** The names of the servers that run from the beginning, in the order in which they start. */
export const engineNames: EngineName[] = [
  'portal',
  'postgres-dev',
  'postgres-prod',
  'kafka-dev',
  'cassandra-dev',
];

/** All servers that run, as JSON. It holds passwords, hence a 0600 file. */
export interface EnginesDescription {
  /** The data folder of all of them. */
  folder: string;
  engines: Partial<EngineDescriptions>;
}

/** Writes a description so that only its owner reads it. */
export async function writeDescription(
  file: string,
  description: EnginesDescription,
): Promise<void> {
  await writePrivateFile(file, JSON.stringify(description, undefined, 2));
}

/**
 * The servers that the running test may use, from the file that
 * `DATA_RESOURCES_TEST_ENGINES` names.
 *
 * @throws when no engines run for this test
 */
export function testEngines(): EnginesDescription {
  const file = process.env[DESCRIPTION_VARIABLE];
  if (!file) {
    throw new Error(
      `${DESCRIPTION_VARIABLE} is not set, so this test has no engines. Run it with './portal test', or start './portal engines' and set the variable to the file that it names`,
    );
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(
      `${DESCRIPTION_VARIABLE} names ${file}, which cannot be read (${
        (error as Error).message
      }); './portal engines' writes it while it runs`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(
      `${DESCRIPTION_VARIABLE} names ${file}, which is no description of engines; './portal engines' writes it while it runs`,
    );
  }
}

/**
 * One of the servers that the running test may use.
 *
 * @throws when it does not run
 */
export function testEngine<N extends EngineName>(
  name: N,
): EngineDescriptions[N] {
  const engine = testEngines().engines[name];
  if (!engine) {
    throw new Error(
      `The engine '${name}' does not run; leave it in --only of './portal engines' or './portal test', and see './portal doctor' for what it needs`,
    );
  }
  return engine as EngineDescriptions[N];
}
