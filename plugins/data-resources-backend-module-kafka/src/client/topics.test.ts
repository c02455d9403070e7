import { requestsOf } from './topics';

describe('requestsOf', () => {
  it('should keep a request within what the controller creates at once', () => {
    const sizes = [6_000, 4_000, 1, 9_999, 1, 10_000];
    const requests = requestsOf(sizes.map(partitions => ({ partitions })));

    expect(
      requests.map(topics => topics.map(({ partitions }) => partitions)),
    ).toEqual([[6_000, 4_000], [1, 9_999], [1], [10_000]]);
  });

  it('should make no request of nothing', () => {
    expect(requestsOf([])).toEqual([]);
  });
});
