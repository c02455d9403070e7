import { RESERVED_WORDS } from '../reservedWords';
import { SchemaError, showToken, type Token, tokenize } from './tokenize';

/** A name as Cassandra knows it: in lower case, unless it was quoted. */
export interface Name {
  name: string;
  offset: number;
}

/** Longer ones are refused by some version or other. */
const NAME_LENGTH = 48;

/** Reads tokens one after another, and says what it expected where there is another. */
export class TokenReader {
  readonly #text: string;
  readonly #tokens: Token[];
  #next = 0;

  private constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  /** @throws SchemaError where the text cannot be taken apart */
  static create(text: string): TokenReader {
    return new TokenReader(text);
  }

  get token(): Token {
    return this.#tokens[this.#next];
  }

  get isAtEnd(): boolean {
    return this.token.kind === 'end';
  }

  take(): Token {
    const { token } = this;
    if (token.kind !== 'end') {
      this.#next += 1;
    }
    return token;
  }

  /** Whether the words come next, in whatever case. */
  sees(...words: string[]): boolean {
    return words.every((word, index) => {
      const token = this.#tokens[this.#next + index];
      return token?.kind === 'word' && token.text.toLowerCase() === word;
    });
  }

  seesMark(mark: string): boolean {
    return this.seesMarks(mark);
  }

  seesMarks(...marks: string[]): boolean {
    return marks.every((mark, index) => {
      const token = this.#tokens[this.#next + index];
      return token?.kind === 'mark' && token.text === mark;
    });
  }

  /** Takes the words if they come next. */
  accepts(...words: string[]): boolean {
    const seen = this.sees(...words);
    this.#next += seen ? words.length : 0;
    return seen;
  }

  acceptsMark(mark: string): boolean {
    const seen = this.seesMark(mark);
    this.#next += seen ? 1 : 0;
    return seen;
  }

  expect(...words: string[]): void {
    for (const word of words) {
      if (!this.accepts(word)) {
        this.fail(`expected ${word.toUpperCase()}`);
      }
    }
  }

  expectMark(mark: string): void {
    if (!this.acceptsMark(mark)) {
      this.fail(`expected ${mark}`);
    }
  }

  /** @param what - e.g. `the name of a table` */
  name(what: string): Name {
    const { token } = this;
    if (token.kind !== 'word' && token.kind !== 'quoted') {
      this.fail(`expected ${what}`);
    }
    const name =
      token.kind === 'word' ? token.text.toLowerCase() : this.take().text;
    if (token.kind === 'word') {
      if (RESERVED_WORDS.has(name)) {
        this.fail(
          `expected ${what}. As a name, this word of CQL is written in double quotes: "${name}"`,
        );
      }
      this.take();
    }
    if (/\p{Surrogate}|\p{Cc}/u.test(name)) {
      this.failAt(token.offset, 'a name holds no control characters');
    }
    return { name, offset: token.offset };
  }

  /** Of what Cassandra makes files for, or may one day: shorter, and of fewer characters. */
  objectName(what: string): Name {
    const { name, offset } = this.name(what);
    if (!/^\w+$/.test(name) || name.length > NAME_LENGTH) {
      this.failAt(
        offset,
        `found "${name}"; ${what} has 1 to ${NAME_LENGTH} of A-Z, a-z, 0-9 and _`,
      );
    }
    return { name, offset };
  }

  /** What stands between brackets, with commas between. */
  list<T>(open: string, close: string, item: () => T): T[] {
    this.expectMark(open);
    const items = [item()];
    while (this.acceptsMark(',')) {
      items.push(item());
    }
    if (!this.acceptsMark(close)) {
      this.fail(`expected , or ${close}`);
    }
    return items;
  }

  /** @param rest - what would be right, or what is wrong about what was found */
  fail(rest: string): never {
    return this.failAt(
      this.token.offset,
      `found ${showToken(this.token)}; ${rest}`,
    );
  }

  failAt(offset: number, message: string): never {
    throw new SchemaError(this.#text, offset, message);
  }
}
