/** What the cases below build on; each makes something of the name `x` besides. */
export const SCENE = [
  'CREATE TYPE u (a int, b list<int>)',
  'CREATE TYPE w (a int, d duration)',
  'CREATE TABLE t (id int PRIMARY KEY, a int, s text, l list<int>, m map<text, int>, f frozen<list<int>>, v vector<float, 3>, o vector<float, 1>, n vector<int, 3>, d duration, st set<text>, tu tuple<int, duration>, b blob, bs set<blob>, w frozen<w>, md map<text, duration>)',
  'CREATE TABLE counters (id int, k int, c counter, PRIMARY KEY (id, k))',
  'CREATE INDEX on_a ON t (a)',
];

const withOption = (option: string) =>
  `CREATE TABLE x (id int PRIMARY KEY, a int) WITH ${option}`;
const withType = (type: string) =>
  `CREATE TABLE x (id int PRIMARY KEY, a ${type})`;
const withKey = (type: string) =>
  `CREATE TABLE x (id int, k ${type}, PRIMARY KEY (id, k))`;
const sai = (target: string, options?: string) =>
  `CREATE CUSTOM INDEX x ON t (${target}) USING 'sai'${
    options ? ` WITH OPTIONS = {${options}}` : ''
  }`;

/** What Cassandra takes, written in ways that people write it. */
export const TAKEN = [
  'CREATE TABLE x (id int PRIMARY KEY, "a b" int, "A" int, a int, "a""b" int, "it\'s" int, "$$" int, "😀" text, "é" int, " " int, ";" int, "--" int, "/*" int,)',
  "create/*;*/TABLE/**/x(Id INT primary KEY) -- DROP TABLE t;\n WITH \"comment\" = $$it's; -- $ /* DROP */$$ // end\n AND Gc_Grace_Seconds = '3600'",
  "CREATE COLUMNFAMILY IF NOT EXISTS x (id int, k int, j text, s list<int> STATIC, PRIMARY KEY ((id), k, j)) WITH comment = 'a;b\n''c' AND CLUSTERING ORDER BY (k DESC)",
  withOption(
    "speculative_retry = 'MIN(99p,50ms)' AND additional_write_policy = '99PERCENTILE' AND read_repair = 'none' AND bloom_filter_fp_chance = '0.1' AND crc_check_chance = 1e-1",
  ),
  withOption(
    "allow_auto_snapshot = false AND incremental_backups = 'false' AND memtable = 'default' AND caching = {} AND compression = {'enabled': false} AND min_index_interval = 1 AND max_index_interval = 1 AND gc_grace_seconds = 2147483647 AND default_time_to_live = 630720000 AND memtable_flush_period_in_ms = 1000",
  ),
  withOption(
    "caching = {'keys': 'none', 'rows_per_partition': 10} AND compression = {'class': 'LZ4Compressor', 'chunk_length_in_kb': '32', 'lz4_compressor_type': 'high', 'lz4_high_compressor_level': 9} AND compaction = {'class': 'SizeTieredCompactionStrategy', 'min_threshold': 2, 'max_threshold': 64, 'bucket_high': 1.6, 'bucket_low': 0.4, 'tombstone_threshold': 0.2, 'unchecked_tombstone_compaction': 'true', 'log_all': true}",
  ),
  withOption(
    "compression = {} AND compaction = {'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': '160', 'fanout_size': 10, 'single_sstable_uplevel': 'true', 'min_threshold': 4}",
  ),
  withOption(
    "compression = {'class': 'ZstdCompressor', 'compression_level': -5} AND compaction = {'class': 'org.apache.cassandra.db.compaction.TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS', 'compaction_window_size': 1, 'timestamp_resolution': 'MICROSECONDS', 'expired_sstable_check_frequency_seconds': 600}",
  ),
  withOption(
    "compaction = {'class': 'UnifiedCompactionStrategy', 'scaling_parameters': 'L10, T4, N, 0, -2', 'target_sstable_size': '1GiB', 'base_shard_count': 4, 'min_sstable_size': '100MiB', 'sstable_growth': 0.333, 'max_sstables_to_compact': 32, 'overlap_inclusion_method': 'TRANSITIVE'}",
  ),
  withType('frozen<frozen<list<int>>>'),
  withType('list<tuple<int, list<int>>>'),
  withType('vector<vector<float, 2>, 8193>'),
  withType('vector<set<int>, 2>'),
  withType('frozen<map<text, list<set<tuple<int, map<int, list<int>>>>>>>'),
  withType('map<int, duration>'),
  withType('list<frozen<u>>'),
  withKey('vector<text, 2>'),
  withKey('frozen<map<text, frozen<list<int>>>>'),
  'CREATE TYPE "x y; DROP TYPE u" ("é b" int, "a""b" frozen<u>, c tuple<frozen<w>>, d vector<float, 3>)',
  "CREATE INDEX ON t (a) USING 'SAI'",
  "CREATE INDEX ON t (l) USING 'legacy_local_table'",
  'CREATE INDEX ON t (keys(m))',
  'CREATE INDEX x ON t (full(f))',
  sai('s', "'case_sensitive': 'false', 'normalize': true, 'ascii': 'true'"),
  sai('v', "'similarity_function': 'dot_product', 'optimize_for': 'recall'"),
  sai('o', "'similarity_function': 'euclidean'"),
  sai('entries(m)'),
];

/** What Cassandra refuses: no keyspace is made for it. */
export const REFUSED = [
  ...["'foo'", "'101p'", "'-1ms'", "'50 ms'", "'MIN(1ms,2ms)'", "''"].map(
    value => withOption(`speculative_retry = ${value}`),
  ),
  ...[
    'bloom_filter_fp_chance = 0',
    'bloom_filter_fp_chance = 1.1',
    'crc_check_chance = 2',
    'default_time_to_live = 630720001',
    'default_time_to_live = 1.5',
    'gc_grace_seconds = -5',
    'gc_grace_seconds = 2147483648',
    'min_index_interval = 0',
    'min_index_interval = 4000',
    'max_index_interval = 127',
    'min_index_interval = 500 AND max_index_interval = 400',
    "read_repair = 'x'",
    'read_repair_chance = 0.1',
    "comment = 'a' AND comment = 'b'",
  ].map(withOption),
  ...[
    "{'keys': 'some'}",
    "{'rows_per_partition': '-1'}",
    "{'enabled': 'true'}",
    "'all'",
  ].map(value => withOption(`caching = ${value}`)),
  ...[
    '{}',
    "{'enabled': true}",
    "{'class': 'DateTieredCompactionStrategy'}",
    "{'class': 'LeveledCompactionStrategy', 'class': 'SizeTieredCompactionStrategy'}",
    "{'class': 'SizeTieredCompactionStrategy', 'enabled': 'x'}",
    "{'class': 'SizeTieredCompactionStrategy', 'min_threshold': 1}",
    "{'class': 'SizeTieredCompactionStrategy', 'min_threshold': 64, 'max_threshold': 4}",
    "{'class': 'SizeTieredCompactionStrategy', 'bucket_high': 0.2}",
    "{'class': 'SizeTieredCompactionStrategy', 'tombstone_threshold': -1}",
    "{'class': 'SizeTieredCompactionStrategy', 'nonsense': 1}",
    "{'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 0}",
    "{'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 'x'}",
    "{'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'YEARS'}",
    "{'class': 'TimeWindowCompactionStrategy', 'compaction_window_size': 0}",
    "{'class': 'TimeWindowCompactionStrategy', 'unsafe_aggressive_sstable_expiration': 'true'}",
    "{'class': 'UnifiedCompactionStrategy', 'scaling_parameters': 'Q9'}",
    "{'class': 'UnifiedCompactionStrategy', 'target_sstable_size': '1KiB'}",
  ].map(value => withOption(`compaction = ${value}`)),
  ...[
    "{'sstable_compression': 'LZ4Compressor'}",
    "{'enabled': 'true'}",
    "{'chunk_length_in_kb': 64}",
    "{'class': 'LZ4Compressor', 'chunk_length_in_kb': 63}",
    "{'class': 'LZ4Compressor', 'chunk_length_in_kb': 0}",
    "{'class': 'LZ4Compressor', 'crc_check_chance': 0.5}",
    "{'class': 'LZ4Compressor', 'lz4_compressor_type': 'x'}",
    "{'class': 'LZ4Compressor', 'enabled': 'false'}",
    "{'class': 'ZstdCompressor', 'compression_level': 99}",
    "{'class': 'DeflateCompressor', 'compression_level': 3}",
  ].map(value => withOption(`compression = ${value}`)),
  ...[
    'frozen<int>',
    'list<frozen<text>>',
    'set<duration>',
    'map<duration, int>',
    'frozen<set<duration>>',
    'vector<float, 0>',
    'vector<float, 3.0>',
    'list<list<int>>',
    'vector<set<set<int>>, 2>',
    'list<u>',
    'list<counter>',
    'map<int>',
    'tuple<>',
    'nothing',
  ].map(withType),
  ...[
    'duration',
    'frozen<tuple<duration>>',
    'frozen<list<duration>>',
    'frozen<w>',
    'list<int>',
    'counter',
  ].map(withKey),
  'CREATE TABLE x (id int PRIMARY KEY, c counter) WITH default_time_to_live = 5',
  'CREATE TABLE x (id int, k int, j int, PRIMARY KEY (id, k, j)) WITH CLUSTERING ORDER BY (j DESC, k ASC)',
  'CREATE TABLE x (id int, PRIMARY KEY ())',
  'CREATE TABLE x (id int PRIMARY KEY, s int STATIC)',
  'CREATE TABLE x ("" int PRIMARY KEY)',
  'CREATE TABLE "x-" (id int PRIMARY KEY)',
  'CREATE\u00a0TABLE x (id int PRIMARY KEY)',
  'CREATE TYPE x (a counter)',
  'CREATE TYPE x (a set<duration>)',
  'CREATE TYPE x (a u)',
  'CREATE TYPE x ()',
  ...['id', 'd', 'tu', 'w', 'md', 'keys(md)', 'keys(st)', 'values(a)', 'a'].map(
    target => `CREATE INDEX x ON t (${target})`,
  ),
  'CREATE INDEX x ON counters (k)',
  "CREATE INDEX x ON t (s) WITH OPTIONS = {'case_sensitive': false}",
  "CREATE INDEX x ON t (s) USING 'nope'",
  ...['b', 'bs', 'n', 'o', 'd', 'id'].map(target => sai(target)),
  sai('s', "'case_sensitive': 'x'"),
  sai('a', "'case_sensitive': false"),
  sai('s', "'similarity_function': 'cosine'"),
  sai('s', "'nope': 1"),
  sai('v', "'similarity_function': 'nope'"),
  sai('v', "'optimize_for': 'nope'"),
  sai('v', "'maximum_node_connections': 16"),
];
