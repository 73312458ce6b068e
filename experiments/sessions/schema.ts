/**
 * Whether written DAWprojects are valid by the format's own schema: `node tools/run.mjs experiments/sessions/schema.ts
 * SCHEMA-FOLDER FILE.dawproject …` with the folder of Project.xsd and MetaData.xsd; needs xmllint (libxml2-utils) and
 * unzip.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const [schemas, ...files] = process.argv.slice(2)
if (!schemas || !existsSync(join(schemas, 'Project.xsd'))) {
  console.log(`skipped: no Project.xsd in ${schemas ?? '(no folder given)'}`)
  process.exit(0)
}
let wrong = 0
for (const file of files)
  for (const [entry, schema] of [
    ['project.xml', 'Project.xsd'],
    ['metadata.xml', 'MetaData.xsd']
  ] as const) {
    const text = spawnSync('unzip', ['-p', file, entry], { maxBuffer: 2 ** 28 }),
      checked = spawnSync('xmllint', ['--noout', '--schema', join(schemas, schema), '-'], {
        input: text.stdout,
        encoding: 'utf8'
      })
    if (text.status !== 0 || checked.status !== 0) wrong++
    console.log(`${file}: ${entry}: ${checked.status === 0 ? 'valid' : `NOT valid\n${text.stderr}${checked.stderr}`}`)
  }
process.exitCode = wrong ? 1 : 0
