module.exports = require('../../eslint/moduleBoundaries')(__dirname, {
  overrides: [
    {
      // Test suites that are shipped, for every engine to run: they are
      // libraries, exported and split over files, and no test files.
      files: ['src/testUtils/**'],
      rules: {
        'jest/no-export': 'off',
        'jest/no-standalone-expect': 'off',
      },
    },
  ],
});
