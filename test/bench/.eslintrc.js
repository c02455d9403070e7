module.exports = require('../../eslint/moduleBoundaries')(__dirname);
