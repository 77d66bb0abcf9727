// npm run check:crates: licences, sources and duplicates of the linked crates by cargo-deny (deny.toml), then known weaknesses, whose database has to be
// fetched: where it can't be, that is said and is no failure.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findCargo, root } from '../toolchain.mjs'
import { cargoCommand } from './tools.mjs'

const rust = findCargo()
if (rust === undefined) {
  console.error('check:crates: there is no cargo here')
  process.exit(1)
}
const deny = (...checks) => spawnSync(join(cargoCommand('cargo-deny'), 'cargo-deny'), ['--locked', 'check', ...checks], { cwd: root, env: rust.env, encoding: 'utf8' })

const own = deny('licenses', 'sources', 'bans')
console.log(own.stderr.trim() || own.stdout.trim())
const known = deny('advisories')
const unreachable = /failed to fetch advisory database/.test(known.stderr)
console.log(unreachable ? 'advisories not checked: their database could not be fetched' : known.stderr.trim() || known.stdout.trim())
process.exitCode = own.status === 0 && (known.status === 0 || unreachable) ? 0 : 1
