import type { Name } from './TokenReader';

/** A type of CQL; `own` is one that a CREATE TYPE makes. */
export type CqlType =
  | { kind: 'native'; name: string }
  | { kind: 'own'; name: string; offset: number }
  | { kind: 'list' | 'set' | 'frozen'; of: CqlType }
  | { kind: 'map'; of: [CqlType, CqlType] }
  | { kind: 'tuple'; of: CqlType[] }
  | { kind: 'vector'; of: CqlType; dimensions: number };

/** A value of an option, as it is written again. */
export type OptionValue =
  | { kind: 'text'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'map'; entries: [key: string, value: OptionValue][] };

/** One `name = value` behind `WITH`. */
export interface Option {
  name: string;
  value: OptionValue;
}

export interface Column {
  name: string;
  type: CqlType;
  isStatic: boolean;
  offset: number;
}

export interface CreateType {
  kind: 'type';
  name: string;
  offset: number;
  fields: Column[];
}

export interface CreateTable {
  kind: 'table';
  name: string;
  offset: number;
  columns: Column[];
  partitionKey: Name[];
  clustering: Name[];
  /** As far as it was told; every clustering column, or none. */
  order: (Name & { descending: boolean })[];
  options: Option[];
}

export interface CreateIndex {
  kind: 'index';
  name: string;
  /** Whether the name was given, or is the one that Cassandra would give. */
  isNamed: boolean;
  offset: number;
  table: Name;
  column: Name;
  /** What of a collection is indexed. */
  part?: 'keys' | 'values' | 'entries' | 'full';
  /** Storage-attached; the kind that each Cassandra has otherwise. */
  isSai: boolean;
  /** The kind from before storage-attached ones, by its name. */
  isLegacy?: true;
  options: [key: string, value: OptionValue][];
}

/** What a first schema is made of. */
export type SchemaStatement = CreateType | CreateTable | CreateIndex;
