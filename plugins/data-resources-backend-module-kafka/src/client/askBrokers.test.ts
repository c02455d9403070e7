import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { askBrokers } from './askBrokers';
import { Deadline } from './Deadline';

const brokers = [{ id: 1 }, { id: 2 }, { id: 3 }];
const deadline = () => new Deadline(new AbortController().signal, 1_000);

function answering(...ids: number[]) {
  return async ({ id }: { id: number }) => {
    if (!ids.includes(id)) {
      throw new ProviderError('Unreachable', `broker ${id} is away`);
    }
    return `I am ${id}`;
  };
}

describe('askBrokers', () => {
  it('should tell what some said and who was silent', async () => {
    const { answers, silent } = await askBrokers(
      brokers,
      deadline(),
      answering(1, 3),
    );

    expect([...answers]).toEqual([
      [1, 'I am 1'],
      [3, 'I am 3'],
    ]);
    expect([...silent]).toEqual([[2, 'broker 2 is away']]);
  });

  it('should fail when nobody answers, or something else went wrong', async () => {
    await expect(askBrokers(brokers, deadline(), answering())).rejects.toThrow(
      'is away',
    );
    await expect(
      askBrokers(brokers, deadline(), async ({ id }) => {
        if (id === 2) {
          throw new TypeError('a mistake');
        }
      }),
    ).rejects.toThrow('a mistake');
  });

  it('should not wait for the others to say that the caller gave up', async () => {
    const caller = new AbortController();
    caller.abort();

    await expect(
      askBrokers(brokers, new Deadline(caller.signal, 1_000), answering(1)),
    ).rejects.toThrow('is away');
  });
});
