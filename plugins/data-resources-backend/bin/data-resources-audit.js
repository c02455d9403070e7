#!/usr/bin/env node
const { auditCommand } = require('..');

auditCommand(process.argv.slice(2)).then(code => process.exit(code));
