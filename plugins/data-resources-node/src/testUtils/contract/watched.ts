import type { ResourceProvider } from '../../engine/ResourceProvider';
import type { Killed, Moment } from './Operation';

/** The provider, with the moments around `act`, and dead once the run is killed. */
export function watched(
  provider: ResourceProvider,
  moment: (happened: Moment) => Promise<void>,
  killed: () => Killed | undefined,
): ResourceProvider {
  const alive = () => {
    const death = killed();
    if (death) {
      throw death;
    }
  };
  return {
    lanes: provider.lanes,
    observe: (...args) => provider.observe(...args),
    plan: input => provider.plan(input),
    batchSize: kind => provider.batchSize(kind),
    access: (...args) => provider.access(...args),
    inspect: (...args) => provider.inspect(...args),
    discover: (...args) => provider.discover(...args),
    connection: (...args) => provider.connection(...args),
    check: async (...args) => {
      alive();
      return provider.check(...args);
    },
    act: async (steps, context) => {
      alive();
      const keys = steps.map(({ key }) => key);
      await moment({ at: 'before-act', keys });
      const answers = await provider.act(steps, context);
      await moment({ at: 'acted', keys });
      return answers;
    },
  };
}
