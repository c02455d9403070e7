import { setTimeout as sleep } from 'node:timers/promises';
import { isProviderError } from '../../errors/ProviderError';
import type { ContractBench } from './ContractBench';
import type { Moment, Operation } from './Operation';

/** Beyond the longest call, what a busy machine may add. */
const SLACK_MS = 5_000;

/** A server that is gone is told in time, and work ends when it is back. */
export function faultContract(bench: () => ContractBench): void {
  describe('outage', () => {
    it('should open an instance without any connection', async () => {
      await bench().fixture.outage.begin();
      const instance = bench().freshInstance();

      expect(instance.provider(bench().type.type)).toBeDefined();
      expect(() => instance.provider('no-such-type')).toThrow(/no-such-type/);
      await instance.close();
      await instance.close();
    });

    it('should say Unreachable within the time of one call', async () => {
      const subject = await bench().create();
      await bench().fixture.outage.begin();
      for (const instance of [bench().instance, bench().freshInstance()]) {
        const context = bench().context();
        const provider = instance.provider(bench().type.type);
        const calls = [
          () => instance.probe(context),
          () => instance.identify(context),
          () => provider.observe([subject], context),
          () => provider.access([subject], context),
          () => provider.inspect([subject], context),
          () => provider.discover({ limit: 10 }, context),
          () => instance.logins.observe(['some_login_a'], context),
        ];
        for (const call of calls) {
          const begin = Date.now();
          const error = await call().then(
            () => undefined,
            reason => reason,
          );
          expect(isProviderError(error) && error.reason).toBe('Unreachable');
          expect(error.message.length).toBeGreaterThan(20);
          expect(Date.now() - begin).toBeLessThan(
            instance.callTimeoutMs + SLACK_MS,
          );
        }
      }
      await bench().fixture.outage.end();
      await recovered(bench());
    });

    it('should not claim that a credential is set when the server is gone', async () => {
      const grant = bench().grant(bench().roles[0]);
      await bench().create(grant);
      await bench().fixture.outage.begin();
      const error = await bench()
        .instance.logins.enable(
          { username: grant.login.a, password: 'never-Set-1' },
          bench().context(),
        )
        .then(
          () => undefined,
          reason => reason,
        );

      expect(isProviderError(error) && error.retryable).toBe(true);
      expect(JSON.stringify([error.message, error.stack])).not.toContain(
        'never-Set-1',
      );
      await bench().fixture.outage.end();
      await recovered(bench());
    });

    it.each(['create', 'delete'] as const)(
      'should end a %s that the server left in the middle, once it is back',
      async action => {
        const { witness } = bench().fixture;
        for (const at of ['before-act', 'acted'] as const) {
          const grant = bench().grant(bench().roles[0]);
          const subject =
            action === 'create'
              ? bench().subject()
              : await bench().create(grant);
          const operation = await bench().plan(
            subject,
            action,
            action === 'create' ? { add: [grant] } : { remove: [grant] },
          );
          const result = await bench().execute(operation, {
            onMoment: breakIn(bench(), operation, at),
          });

          expect(result).toMatchObject({
            state: 'failed',
            error: { retryable: true },
          });
          await bench().fixture.outage.end();
          await recovered(bench());
          expect(await bench().execute(operation)).toEqual({ state: 'done' });
          expect((await witness.fingerprint(subject.name)) === undefined).toBe(
            action === 'delete',
          );
          expect((await bench().leftovers(subject)).length === 0).toBe(
            action === 'delete',
          );
        }
      },
    );
  });
}

/** Breaks the line when half of the steps have begun. */
function breakIn(bench: ContractBench, operation: Operation, at: Moment['at']) {
  const begun = new Set<string>();
  let broken = false;
  return async (moment: Moment) => {
    moment.keys.forEach(key => begun.add(key));
    if (
      !broken &&
      moment.at === at &&
      begun.size * 2 >= operation.steps.length
    ) {
      broken = true;
      await bench.fixture.outage.begin();
    }
  };
}

/** Waits until the instance answers again, as its own connections find out. */
async function recovered(bench: ContractBench): Promise<void> {
  const end = Date.now() + (bench.fixture.recoveryMs ?? 0) + SLACK_MS;
  for (;;) {
    try {
      await bench.instance.probe(bench.context());
      return;
    } catch (error) {
      if (Date.now() > end || !isProviderError(error) || !error.retryable) {
        throw error;
      }
      await sleep(100);
    }
  }
}
