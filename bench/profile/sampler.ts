// Loaded into a gateway with --import: SIGUSR2 begins a CPU profile, the next one writes it to
// $PROFILE_FILE. So it has nothing of the start.
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

const session = new Session()
session.connect()
let isRunning = false

async function toggle(): Promise<void> {
  isRunning = !isRunning
  if (isRunning) {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 200 })
    await session.post('Profiler.start')
    return
  }
  const { profile } = await session.post('Profiler.stop')
  writeFileSync(process.env['PROFILE_FILE'] ?? 'profile.cpuprofile', JSON.stringify(profile))
}

process.on('SIGUSR2', () => void toggle())
