#!/usr/bin/env node
// The `slipway` command of an installed checkout: the same door as `npm run slipway`.
process.argv.splice(2, 0, "run");
await import("../../scripts/bootstrap.js");
