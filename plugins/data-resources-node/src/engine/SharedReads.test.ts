import { SharedReads } from './SharedReads';

describe('SharedReads', () => {
  it('should read once for all who ask, and again after a failure', async () => {
    const reads = new SharedReads();
    const read = jest
      .fn<Promise<number>, []>()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue(1);
    const ask = async () => reads.once('topics', read);

    await expect(Promise.all([ask(), ask()])).rejects.toThrow('away');
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    expect(read).toHaveBeenCalledTimes(2);
    expect(await reads.once('other', async () => 2)).toBe(2);
  });
});
