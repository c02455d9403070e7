import { createServer } from 'node:net';
import { assertPortsFree, freePorts, isFree, portsFrom } from './ports';

describe('ports', () => {
  it('should name the port and the option when a port is taken', async () => {
    const { 'kafka-dev': port } = await freePorts();
    const server = createServer();
    await new Promise<void>(resolve => {
      server.listen(port, '127.0.0.1', resolve);
    });
    try {
      await expect(assertPortsFree({ 'kafka-dev': port })).rejects.toThrow(
        `Port ${port} for kafka-dev is taken by another program; stop that, or choose another port with --port kafka-dev=<number>`,
      );
    } finally {
      await new Promise(resolve => {
        server.close(resolve);
      });
    }
    await expect(isFree(port)).resolves.toBe(true);
    await expect(
      assertPortsFree({ 'kafka-dev': port }),
    ).resolves.toBeUndefined();
  });

  it('should give no port to two who ask at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 40 }, () => freePorts()),
    );
    const ports = all.flatMap(each => Object.values(each));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('should derive all ports from a base and keep what is set apart', () => {
    const ports = portsFrom(21_000, { 'cassandra-dev': 9042 });
    expect(ports['portal-db']).toBe(21_000);
    expect(ports['cassandra-dev']).toBe(9042);
    expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length);
  });

  it('should refuse a base that leaves the range of ports', () => {
    expect(() => portsFrom(65_530)).toThrow(
      /Port 65540 for kafka-dev is not a port number/,
    );
  });
});
