import { SpanStatusCode } from '@opentelemetry/api';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { LogBench } from '../__testUtils__/LogBench';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { TraceBench } from '../__testUtils__/TraceBench';

jest.setTimeout(60_000);

describe('traces and logs', () => {
  const databases = testDatabases();
  const log = new LogBench();
  let knex: Knex;
  let bench: TraceBench;
  let portal: TestPortal;

  beforeAll(async () => {
    bench = TraceBench.install();
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      features: [log.feature],
      config: { drift: { interval: { seconds: 1 } } },
    });
  });
  afterAll(async () => {
    await portal.stop();
    await bench.remove();
  });

  it('should lead from each step of a request back to where it was made', async () => {
    const asked = await portal.ask('traced', {
      spec: { size: 50 },
      grants: [{ principal: 'component:default/payments-api', role: 'reader' }],
    });
    const { id } = asked.body;
    await portal.carryOut(asked.body);
    const { resourceId } = await portal.until(id, 'completed');

    const [made] = bench.of('request', ['request.id', id]);
    expect(made.attributes).toMatchObject({
      'data_resources.action': 'create',
      'data_resources.type': 'memory-box',
      'data_resources.instance': 'box-dev',
    });
    const { traceId, spanId } = made.spanContext();
    for (const inside of ['plan', 'policies']) {
      expect(
        bench.of(inside).filter(span => span.spanContext().traceId === traceId),
      ).toHaveLength(1);
    }

    const steps = bench.of('step', ['request.id', id]);
    expect(
      steps.map(({ attributes }) => attributes['data_resources.step.kind']),
    ).toEqual(['create', 'ensure', 'grant']);
    const batches = await eventually(
      async () =>
        bench
          .of('execution')
          .filter(({ links }) =>
            links.some(({ context }) => context.spanId === spanId),
          ),
      found => found.length > 0,
    );
    for (const step of steps) {
      expect(step.attributes).toMatchObject({
        'data_resources.resource.id': resourceId,
        'data_resources.instance': 'box-dev',
        'data_resources.engine': 'memory',
      });
      expect(step.spanContext().traceId).toBe(batches[0].spanContext().traceId);
    }
    for (const later of [
      ...steps,
      ...bench.of('decision', ['request.id', id]),
      batches[0],
    ]) {
      // Days may lie between them: another trace, with a way back.
      expect(later.spanContext().traceId).not.toBe(traceId);
      expect(later.links.map(({ context }) => context)).toContainEqual(
        expect.objectContaining({ traceId, spanId }),
      );
    }
    expect(bench.of('decision', ['request.id', id])).toHaveLength(1);
  });

  it('should mark the step that failed, with the reason alone', async () => {
    portal.dev.faults.set('create', {
      error: new ProviderError('Rejected', 'no room for traced-2'),
      times: 1,
    });
    const asked = await portal.ask('broken');
    await portal.until(asked.body.id, 'failed');
    const [step] = bench.of('step', ['request.id', asked.body.id]);
    expect(step.status).toEqual({
      code: SpanStatusCode.ERROR,
      message: 'Rejected',
    });
    expect(step.attributes['error.type']).toBe('Rejected');
  });

  it('should log with ids what is done, what failed and what drifted', async () => {
    const { resourceId } = await portal.until(
      (
        await portal.ask('logged')
      ).body.id,
      'completed',
    );
    const about = (text: RegExp) =>
      log.lines.find(
        ({ message, meta }) =>
          text.test(message) && meta.resourceId === resourceId,
      );
    const done = await eventually(async () => about(/are done/), Boolean);
    expect(done).toMatchObject({
      level: 'info',
      meta: { instance: 'box-dev', requestId: expect.any(String) },
    });
    portal.dev.boxes.get('logged')!.spec = { size: 2 };
    const drift = await eventually(
      async () => about(/Different on the engine/),
      Boolean,
    );
    expect(drift!.meta).toMatchObject({ instance: 'box-dev' });
    const failed = log.lines.find(({ message }) => /failed \(/.test(message));
    expect(failed).toMatchObject({
      level: 'warn',
      meta: {
        requestId: expect.any(String),
        resourceId: expect.any(String),
        instance: 'box-dev',
      },
    });
  });

  it('should keep secrets out of spans and logs', async () => {
    const id = await portal.readyBox('guarded');
    const issued = await portal.post(
      'payments-dev',
      `/resources/${id}/credentials`,
      { principal: 'component:default/payments-api' },
    );
    expect(issued.status).toBe(200);
    expect(bench.of('credentials.issue', ['resource.id', id])).toHaveLength(1);
    expect(log.lines).toContainEqual({
      level: 'info',
      message: 'Version 1 of a credential was issued',
      meta: { resourceId: id, instance: 'box-dev' },
    });
    const told = JSON.stringify([
      bench.spans.map(({ name, attributes, events, status, links }) => ({
        name,
        attributes,
        events,
        status,
        links,
      })),
      log.lines,
    ]);
    expect(told).not.toContain(issued.body.password);
  });

  it('should work as well where nothing traces', async () => {
    await bench.remove();
    const { body } = await portal.ask('untraced');
    await portal.until(body.id, 'completed');
    expect(
      await knex('requests').where({ id: body.id }).first('traceparent'),
    ).toEqual({ traceparent: null });
  });
});
