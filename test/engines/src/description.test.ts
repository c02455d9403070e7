import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DESCRIPTION_VARIABLE,
  EnginesDescription,
  testEngine,
  testEngines,
  writeDescription,
} from './description';

describe('description of the engines', () => {
  const before = process.env[DESCRIPTION_VARIABLE];
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'description-'));
    file = path.join(folder, 'engines.json');
    process.env[DESCRIPTION_VARIABLE] = file;
  });

  afterEach(async () => {
    await fs.rm(folder, { recursive: true });
    if (before === undefined) {
      delete process.env[DESCRIPTION_VARIABLE];
    } else {
      process.env[DESCRIPTION_VARIABLE] = before;
    }
  });

  const description: EnginesDescription = {
    folder: '/data',
    engines: {
      'postgres-dev': {
        engine: 'postgres',
        name: 'postgres-dev',
        folder: '/data/postgres-dev',
        logFile: '/data/postgres-dev/server.log',
        ports: { 'postgres-dev': 5432 },
        volatile: true,
        host: '127.0.0.1',
        port: 5432,
        admin: { user: 'postgres', password: 'a' },
        provisioner: { user: 'data_resources', password: 'b' },
      },
    },
  };

  it('should come back as written, from a file that only its owner reads', async () => {
    await writeDescription(file, description);
    expect(testEngines()).toEqual(description);
    expect(testEngine('postgres-dev').port).toBe(5432);
    expect((await fs.stat(file)).mode.toString(8).slice(-3)).toBe('600');
  });

  it('should tighten a file that others could read', async () => {
    await fs.writeFile(file, 'old', { mode: 0o644 });
    await writeDescription(file, description);
    expect((await fs.stat(file)).mode.toString(8).slice(-3)).toBe('600');
  });

  it('should say how to get engines when there are none', async () => {
    expect(() => testEngines()).toThrow(/which cannot be read .*\.\/portal/);
    await fs.writeFile(file, '{');
    expect(() => testEngines()).toThrow(/which is no description of engines/);
    delete process.env[DESCRIPTION_VARIABLE];
    expect(() => testEngines()).toThrow(/is not set.*'\.\/portal test'/);
  });

  it('should say which engine does not run', async () => {
    await writeDescription(file, description);
    expect(() => testEngine('kafka-dev')).toThrow(
      /The engine 'kafka-dev' does not run/,
    );
  });
});
