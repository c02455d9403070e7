/** What `./portal` prints when it is asked for nothing it knows. */
export const usage = `Usage: ./portal <command>

  start     Start the portal with its engines, until Ctrl-C
              --only <engines>      of postgres, kafka, cassandra, joined by commas
              --no-app              the backend alone
              --port <name>=<port>  another port for app, backend, metrics, or one of an engine
              --base-port <port>    first port of the engines
              --data <folder>       where the data lies (.portal/data)
  test      Run types, lint, unit tests, the journeys and a few faults, or what is named:
              ./portal test [types] [lint] [unit] [integration] [e2e] [fault] [scale] [load] [fuzz]
                [speed] [cluster] [<folder or file> ...]
              cluster: Cassandra on three nodes, of which one is lost; half an hour, so only if named
              --only <engines>      leave the other engines out
              --grep <expression>   of the journeys, and of cluster, those whose file or name matches it
  engines   Start the engines alone, with accounts for tests, until Ctrl-C
              --only, --port, --data as above
              --base-port <port>    first port; 0 takes free ones
              --describe <file>     where to write their addresses and accounts
  fault     Kill, freeze and overload a portal of its own, and count what is lost (docs/faults.md):
              --seed <number>       repeats a run
              --short               a sample, as './portal test fault' runs it
              --only <parts>        of crowd, moments, kills, replicas, shutdown, database, outages
              --engines <engines>   of postgres, kafka, cassandra
              --kills <number>      how many random kills (200)
              --minutes <number>    how long each part does harm at most
              --match <expression>  of the moments those whose name matches
  audit     Verify the audit trail: ./portal audit verify [--head <position>:<hash>]
              of the portal above, or --database-url <url>, or --config <app-config file>
  policy    Try policies on example requests, without a portal (docs/policies.md):
              ./portal policy test <file>
  bench     Measure (docs/benchmarks.md):
              boot                  how long the backend takes with and without our plugins
              scale                 every list with a million requests and with ten thousand
                --requests <n>, --runs <n>
              load                  64 clients that create and approve at once
                --clients <n>, --seconds <n>, --profile
              cassandra, kafka, postgres
                                    keyspaces, topics or databases from approval to ready, and
                                    drift, against the bare client
                --singles <n>, --rounds <n>, --bulks <n,n>, --looks <n>, --profile
  fuzz      Made-up calls of the API in the name of every role (docs/benchmarks.md)
              --calls <n>           20000
              --seed <n>            repeats a run
  doctor    Say what this machine has and lacks
  yarn      Run yarn with the right Node
`;
