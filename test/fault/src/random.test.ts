import { Random } from './random';

describe('Random', () => {
  it('should give the same for the same seed, and something else for another', () => {
    const draw = (seed: number) => {
      const random = Random.create(seed);
      return [
        ...Array.from({ length: 20 }, () => random.next()),
        ...random.shuffled(Array.from({ length: 20 }, (_, index) => index)),
      ];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('should lose nothing when it changes the order', () => {
    const list = Array.from({ length: 100 }, (_, index) => index);
    const shuffled = Random.create(3).shuffled(list);
    expect(shuffled).not.toEqual(list);
    expect([...shuffled].sort((left, right) => left - right)).toEqual(list);
  });
});
