import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  generatePassword,
  isProviderError,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import { context, TestCluster } from './__testUtils__/TestCluster';

jest.setTimeout(60_000);

const CALL_TIMEOUT_MS = 1_500;
/** What a busy machine may add. */
const SLACK_MS = 3_000;

describe('a Kafka cluster in trouble', () => {
  let cluster: TestCluster;
  let proxy: TcpProxy;
  const instances: EngineInstance[] = [];

  beforeAll(async () => {
    cluster = new TestCluster();
    const { host, port } = cluster.description;
    proxy = await TcpProxy.create({ host, port });
  });

  afterEach(async () => {
    proxy.restore();
    await Promise.all(instances.splice(0).map(each => each.close()));
  });

  afterAll(async () => {
    await proxy?.close();
    await cluster?.close();
  });

  function open(admin: { [key: string]: unknown } = {}): EngineInstance {
    const instance = cluster.instance({ admin });
    instances.push(instance);
    return instance;
  }

  function throughProxy(): EngineInstance {
    return open({
      bootstrapServers: `${proxy.host}:${proxy.port}`,
      callTimeoutMs: CALL_TIMEOUT_MS,
    });
  }

  it('should name the cause when the login is refused, and not the password', async () => {
    const password = generatePassword();
    const error = await failureOf(open({ password }).probe(context()));

    expect(error.reason).toBe('Unauthorized');
    expect(error.message).toContain('SASL_AUTHENTICATION_FAILED');
    expect(error.message).toContain('admin.password');
    expect(error.message).not.toContain(password);
  });

  it('should name the cause when nobody listens', async () => {
    const port = await closedPort();
    const error = await failureOf(
      open({ bootstrapServers: `127.0.0.1:${port}` }).probe(context()),
    );

    expect(error.reason).toBe('Unreachable');
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('should use the next address when the first is dead', async () => {
    const port = await closedPort();
    const instance = open({
      bootstrapServers: [`127.0.0.1:${port}`, cluster.description.bootstrap],
    });

    expect((await instance.probe(context())).topology).toEqual({ brokers: 1 });
  });

  it('should encrypt with an authority of its own, and trust no other', async () => {
    const { bootstrapTls, caFile } = cluster.description;
    const tls = {
      bootstrapServers: bootstrapTls,
      securityProtocol: 'SASL_SSL',
    };
    const probe = await open({ ...tls, caFile }).probe(context());
    const error = await failureOf(open(tls).probe(context()));

    expect(probe.conditions).not.toContainEqual(
      expect.objectContaining({ status: 'error' }),
    );
    expect(error.reason).toBe('Unreachable');
    expect(error.message).toMatch(/certificate|self-signed/);
  });

  it('should say so when the protocol is the wrong one for the listener', async () => {
    const { bootstrap, bootstrapTls } = cluster.description;
    for (const admin of [
      { bootstrapServers: bootstrapTls, securityProtocol: 'SASL_PLAINTEXT' },
      { bootstrapServers: bootstrap, securityProtocol: 'SASL_SSL' },
      { bootstrapServers: bootstrap, securityProtocol: 'PLAINTEXT' },
    ]) {
      const error = await failureOf(
        open({ ...admin, callTimeoutMs: CALL_TIMEOUT_MS }).probe(context()),
      );

      expect(error.reason).toBe('Unreachable');
    }
  });

  it('should not wait for a cluster that hangs, before or after it connected', async () => {
    const connected = throughProxy();
    await connected.probe(context());
    proxy.freeze();
    for (const instance of [connected, throughProxy()]) {
      const begin = performance.now();
      const error = await failureOf(
        instance.provider('kafka-topic').observe([{ name: 'x' }], context()),
      );

      expect(error.reason).toBe('Unreachable');
      expect(performance.now() - begin).toBeLessThan(
        CALL_TIMEOUT_MS + SLACK_MS,
      );
    }
    proxy.restore();

    expect(await connected.probe(context())).toBeDefined();
  });

  it('should stop at once when the caller aborts', async () => {
    const instance = open({
      bootstrapServers: `${proxy.host}:${proxy.port}`,
      callTimeoutMs: 60_000,
    });
    await instance.probe(context());
    proxy.freeze();
    const abort = new AbortController();
    const call = failureOf(instance.probe(context(abort.signal)));
    abort.abort();

    expect((await call).message).toContain('aborted');
  });

  it('should connect again by itself after the broker went away', async () => {
    const instance = throughProxy();
    await instance.probe(context());
    proxy.refuse();
    await failureOf(instance.probe(context()));
    proxy.restore();

    expect((await instance.probe(context())).clusterId).toBeTruthy();
  });

  it('should leave no socket behind', async () => {
    const before = await openSockets(count => count > 0);
    const instance = open();
    await instance.probe(context());
    await instance.logins.disable({ username: 'nobody' }, context());
    expect(await openSockets(count => count > before)).toBeGreaterThan(before);
    await instance.close();
    await instance.close();

    expect(await openSockets(count => count <= before)).toBe(before);
    expect((await failureOf(instance.probe(context()))).reason).toBe(
      'Unreachable',
    );
  });
});

async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error = await call.then(
    () => undefined,
    reason => reason,
  );
  expect(isProviderError(error)).toBe(true);
  return error as ProviderError;
}

/** How many sockets this process has, once those that are closing are closed and `wanted` holds. */
async function openSockets(
  wanted: (count: number) => boolean,
): Promise<number> {
  let count = -1;
  for (let still = 0, tries = 0; still < 5 && tries < 100; tries += 1) {
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
    const now = process
      .getActiveResourcesInfo()
      .filter(resource => resource === 'TCPSocketWrap').length;
    still = now === count && wanted(now) ? still + 1 : 0;
    count = now;
  }
  return count;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => {
    server.close(resolve);
  });
  return port;
}
