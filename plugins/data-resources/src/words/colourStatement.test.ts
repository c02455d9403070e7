import { colourStatement } from './colourStatement';

const text = (statement: string) =>
  colourStatement(statement)
    .map(part => part.text)
    .join('');

describe('colourStatement', () => {
  it.each([
    `CREATE ROLE "a""b" LOGIN PASSWORD '<secret>'; -- why`,
    `'unclosed`,
    `/* open`,
    'CreateTopics {\n  "name": "orders",\n  "numPartitions": 12\n}',
    '',
    'Ünïcödé — “quotes” 🙂',
  ])('should give back every character of %j', statement => {
    expect(text(statement)).toBe(statement);
  });

  it('should tell keywords, strings, numbers and comments apart', () => {
    expect(
      colourStatement(`DROP TABLE owner; -- 'x'\nLIMIT 20 'it''s'`)
        .filter(part => part.kind)
        .map(part => [part.kind, part.text]),
    ).toEqual([
      ['keyword', 'DROP'],
      ['keyword', 'TABLE'],
      ['comment', `-- 'x'`],
      ['keyword', 'LIMIT'],
      ['number', '20'],
      ['string', `'it''s'`],
    ]);
  });
});
