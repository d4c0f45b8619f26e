// The stand-in Electron lacks the small application that lets the official one open a folder given on the command line:
// this one takes its place.
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join, resolve } = require('node:path');

const argument = process.argv.slice(1).find((text) => !text.startsWith('-'));
if (!argument) {
  process.stderr.write('Name the folder of the application to open.\n');
  app.exit(1);
} else {
  const folder = resolve(argument);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  process.defaultApp = true;
  app.setName(manifest.productName || manifest.name);
  app.setVersion(manifest.version || '0.0.0');
  app.setAppPath(folder);
  Module._load(join(folder, manifest.main || 'index.js'), null, true);
}
