// Checks the HTML of pages: valid.js FILE… prints what is wrong, and exits 1 then.
'use strict';

const { HtmlValidate, formatterFactory } = require('html-validate');

const validator = new HtmlValidate({
  extends: ['html-validate:recommended', 'html-validate:standard', 'html-validate:a11y'],
  // A service may have a long name.
  rules: { 'long-title': 'off' },
});
(async () => {
  let valid = true;
  for (const file of process.argv.slice(2)) {
    const report = await validator.validateFile(file);
    valid = valid && report.valid;
    if (!report.valid) process.stdout.write(formatterFactory('text')(report.results));
  }
  process.exitCode = valid ? 0 : 1;
})();
