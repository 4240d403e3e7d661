import { readFile, writeFile } from 'node:fs/promises'

async function memory(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024
}

/** Resident memory of a process now, in MiB. */
export const residentMemory = (pid: number): Promise<number> => memory(pid, 'VmRSS')

/** The most resident memory that a process had since {@link forgetPeak}, in MiB. */
export const peakMemory = (pid: number): Promise<number> => memory(pid, 'VmHWM')

/** Makes the peak what the process has now (proc(5), clear_refs). */
export const forgetPeak = (pid: number): Promise<void> => writeFile(`/proc/${pid}/clear_refs`, '5')
