import { spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts, isFree } from './ports';
import { commandLineOf, ServerProcess, until } from './processes';

describe('ServerProcess', () => {
  let folder: string;
  let server: ServerProcess;
  const pidFile = () => path.join(folder, 'pid');

  // A server that says when it was asked to end, and then does.
  const program = `
    process.on('SIGTERM', () => { console.log('ended in order'); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log('up');
  `;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'server-process-'));
    server = new ServerProcess({
      pidFile: pidFile(),
      logFile: path.join(folder, 'log'),
      marker: `${folder}/`,
    });
  });

  afterEach(async () => {
    await server.stop('SIGKILL', 0);
    await fs.rm(folder, { recursive: true });
  });

  const log = () => fs.readFile(path.join(folder, 'log'), 'utf8');
  const start = async () => {
    await server.spawn({
      command: process.execPath,
      args: ['-e', program, `${folder}/data`],
    });
    await until(async () => (await log()).includes('up'), 10_000);
  };

  it('should be found by another process object and end in order', async () => {
    await start();
    const other = new ServerProcess({
      pidFile: pidFile(),
      logFile: path.join(folder, 'log'),
      marker: `${folder}/`,
    });
    expect(await other.pid()).toBe(await server.pid());
    await other.stop('SIGTERM', 10_000);
    expect(await server.pid()).toBeUndefined();
    expect(await log()).toBe('up\nended in order\n');
  });

  it('should end a frozen server in order', async () => {
    await start();
    await server.signalTree('SIGSTOP');
    await server.stop('SIGTERM', 10_000);
    expect(await log()).toBe('up\nended in order\n');
  });

  it('should have given its port back once it is ended', async () => {
    // Of a large process with many threads the first is a zombie while others still end.
    const large = `
      const { Worker } = require('node:worker_threads');
      const held = Buffer.alloc(256 * 1024 * 1024, 1);
      for (let i = 0; i < 16; i++) new Worker('setInterval(() => {}, 1000)', { eval: true });
      require('node:net').createServer().listen(Number(process.argv[2]), '127.0.0.1', () => console.log('up'));
    `;
    for (let time = 0; time < 4; time++) {
      const { port } = await freePorts(['port']);
      await fs.rm(path.join(folder, 'log'), { force: true });
      await server.spawn({
        command: process.execPath,
        args: ['-e', large, `${folder}/data`, `${port}`],
      });
      await until(async () => (await log()).includes('up'), 10_000);
      expect(await isFree(port)).toBe(false);
      await server.stop('SIGKILL', 0);
      expect(await isFree(port)).toBe(true);
    }
  });

  it('should leave a stranger alone whose pid stands in a stale file', async () => {
    const stranger = spawn(process.execPath, [
      '-e',
      'setInterval(() => {}, 1000)',
    ]);
    try {
      await fs.writeFile(pidFile(), `${stranger.pid}\n`);
      expect(await server.pid()).toBeUndefined();
      await server.stop('SIGTERM', 1_000);
      await expect(server.signalTree('SIGSTOP')).rejects.toThrow(
        /No live server is recorded/,
      );
      expect(stranger.exitCode).toBeNull();
      expect(commandLineOf(stranger.pid!)).toContain('setInterval');
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('should not take a pid file for a server that is gone, cut off or empty', async () => {
    for (const content of ['', '12', '999999999\n', 'x', '-1', '1\n']) {
      await fs.writeFile(pidFile(), content);
      expect(await server.pid()).toBeUndefined();
    }
  });
});
