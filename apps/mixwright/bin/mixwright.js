#!/usr/bin/env node
// npm links commands when it installs, before anything is built: so the command is a file of its own.
import '../dist/cli.js'
