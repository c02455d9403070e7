import {
  columnOf,
  holdsDuration,
  isCounter,
  type Made,
  type Reader,
} from './made';
import type { CqlType, CreateIndex } from './statements';
import { isCollection, isMultiCell, partsOf } from './types';
import { flag, textOf } from './values';

/** What no Cassandra would take of an index. */
export function checkIndex(
  index: CreateIndex,
  made: Made,
  reader: Reader,
): void {
  const { table, column } = index;
  const on = made.tables.get(table.name);
  if (!on) {
    return reader.failAt(
      table.offset,
      `no CREATE TABLE before this makes a table "${table.name}"`,
    );
  }
  const { type, name } = columnOf(on, column, reader);
  index.part = partToIndex(type, index, reader);
  if (on.columns.some(each => isCounter(each.type))) {
    reader.failAt(
      column.offset,
      `the table "${table.name}" has counters, and no indexes then`,
    );
  }
  if (holdsDuration(type, made)) {
    reader.failAt(
      column.offset,
      `"${name}" holds a duration, which has no order and so no index`,
    );
  }
  if (on.partitionKey.length === 1 && on.partitionKey[0].name === name) {
    reader.failAt(
      column.offset,
      `"${name}" is the whole partition key, which needs no index`,
    );
  }
  checkTwice(index, made, reader);
  if (index.isSai) {
    checkSai(index, type, reader);
  }
  checkOptions(index, type, reader);
  return undefined;
}

/** The second would be refused, or, with `IF NOT EXISTS`, silently not made. */
function checkTwice(index: CreateIndex, made: Made, reader: Reader): void {
  const same = [...made.indexes.values()].find(
    each =>
      each.table.name === index.table.name &&
      each.column.name === index.column.name &&
      each.part === index.part &&
      each.isSai === index.isSai,
  );
  if (same) {
    reader.failAt(
      index.offset,
      `the index "${same.name}" is on the same of "${index.column.name}" already`,
    );
  }
}

/** What storage-attached indexes cannot hold. */
function checkSai(
  { column: { name, offset }, options }: CreateIndex,
  type: CqlType,
  reader: Reader,
): void {
  if (holdsBlob(type)) {
    reader.failAt(
      offset,
      `"${name}" holds a blob, of which there is no storage-attached index`,
    );
  }
  if (type.kind !== 'vector') {
    return;
  }
  if (type.of.kind !== 'native' || type.of.name !== 'float') {
    reader.failAt(
      offset,
      `"${name}" is a vector of something else than float, of which there is no storage-attached index`,
    );
  }
  const [, similarity] =
    options.find(([key]) => key === 'similarity_function') ?? [];
  const isCosine = !similarity || /^cosine$/i.test(textOf(similarity));
  if (type.dimensions === 1 && isCosine) {
    reader.failAt(
      offset,
      `"${name}" has one dimension; give a similarity_function of 'EUCLIDEAN' or 'DOT_PRODUCT'`,
    );
  }
}

/** Not within what is frozen, which is one value. */
function holdsBlob(type: CqlType): boolean {
  return type.kind === 'native'
    ? type.name === 'blob'
    : ['list', 'set', 'map'].includes(type.kind) &&
        partsOf(type).some(holdsBlob);
}

const ANALYSED = ['ascii', 'case_sensitive', 'normalize'];
/** The server refuses them unless it was started with a switch of its own. */
const SWITCHED = ['construction_beam_width', 'maximum_node_connections'];
const WORDS: { readonly [option: string]: readonly string[] } = {
  optimize_for: ['LATENCY', 'RECALL'],
  similarity_function: ['COSINE', 'DOT_PRODUCT', 'EUCLIDEAN'],
};

function checkOptions(
  { options, column, offset }: CreateIndex,
  type: CqlType,
  reader: Reader,
): void {
  for (const [key, value] of options) {
    const refuse = (rest: string) =>
      reader.failAt(offset, `the option ${key} ${rest}`);
    if (SWITCHED.includes(key)) {
      refuse('is refused by Cassandra itself, unless a node is started for it');
    }
    if (ANALYSED.includes(key)) {
      if (!isText(type)) {
        refuse(`is for texts, and "${column.name}" is none`);
      }
      const expected = flag(value);
      if (expected !== undefined) {
        refuse(`takes ${expected}`);
      }
    } else if (Object.hasOwn(WORDS, key)) {
      if (type.kind !== 'vector') {
        refuse(`is for vectors, and "${column.name}" is none`);
      }
      if (!WORDS[key].includes(textOf(value).toUpperCase())) {
        refuse(`takes ${WORDS[key].map(word => `'${word}'`).join(', ')}`);
      }
    }
  }
}

/** A text, or a collection of texts. */
function isText(type: CqlType): boolean {
  switch (type.kind) {
    case 'native':
      return type.name === 'text' || type.name === 'ascii';
    case 'list':
    case 'set':
      return isText(type.of);
    case 'map':
      return type.of.some(isText);
    default:
      return false;
  }
}

/** Of a collection its values are indexed, or all of it where it is frozen, unless told. */
function partToIndex(
  type: CqlType,
  { part, column: { name, offset } }: CreateIndex,
  reader: Reader,
): CreateIndex['part'] {
  if (!isCollection(type)) {
    if (part !== undefined) {
      reader.failAt(
        offset,
        `${part.toUpperCase()} is for collections, and "${name}" is none`,
      );
    }
    if (isMultiCell(type)) {
      reader.failAt(
        offset,
        `"${name}" is a type of your own, which must be frozen<…> to have an index`,
      );
    }
    return undefined;
  }
  const all = !isMultiCell(type);
  if (part !== undefined && (part === 'full') !== all) {
    reader.failAt(
      offset,
      all
        ? `"${name}" is frozen, of which only FULL can be indexed`
        : `FULL is for what is frozen, and "${name}" is not`,
    );
  }
  if ((part === 'keys' || part === 'entries') && type.kind !== 'map') {
    reader.failAt(
      offset,
      `${part.toUpperCase()} is for maps, and "${name}" is none`,
    );
  }
  return part ?? (all ? 'full' : 'values');
}
