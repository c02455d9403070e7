import { readView } from './readView';

const dropped = () =>
  Object.assign(
    new Error('java.lang.AssertionError: Unknown keyspace gone_by_now'),
    { name: 'ResponseError', code: 0 },
  );

describe('readView', () => {
  const rows = [{ keyspace_name: 'orders' }];

  it('should read again while keyspaces are dropped under it', async () => {
    const read = jest
      .fn<Promise<typeof rows>, []>()
      .mockRejectedValueOnce(dropped())
      .mockRejectedValueOnce(dropped())
      .mockResolvedValue(rows);
    expect(await readView(read)).toBe(rows);
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('should give up where that does not end', async () => {
    const read = jest.fn(async () => {
      throw dropped();
    });
    await expect(readView(read)).rejects.toThrow('Unknown keyspace');
    expect(read).toHaveBeenCalledTimes(5);
  });

  it('should read once where something else is wrong', async () => {
    const read = jest.fn(async () => {
      throw Object.assign(new Error('Operation timed out'), {
        name: 'ResponseError',
        code: 0x1200,
      });
    });
    await expect(readView(read)).rejects.toThrow('timed out');
    expect(read).toHaveBeenCalledTimes(1);
  });
});
