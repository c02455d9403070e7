import { spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
