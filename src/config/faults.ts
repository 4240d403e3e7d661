/** One thing that is wrong with the configuration, and where. */
export interface ConfigFault {
  /** Absolute path of the configuration file; {@link COMMAND_LINE} for an option. */
  readonly file: string
  /** Counted from 1; null when the fault has no place, such as a file that cannot be read. */
  readonly line: number | null
  readonly column: number | null
  /** Keys with dots between, list items by their index from 0: `load_roles.0.name`. Never a secret. */
  readonly path: string
  /** Plain words; never a secret. */
  readonly message: string
}

/** What `file` says when the fault is in a command-line option. */
export const COMMAND_LINE = 'command line'

/** `file:line:column: path: message`, without the parts that are not known. */
export function formatFault(fault: ConfigFault): string {
  const place = [fault.file, fault.line, fault.column].filter((part) => part !== null).join(':')
  return [place, fault.path, fault.message].filter((part) => part !== '').join(': ')
}

/** A configuration that cannot be used. Its message has a line for each fault. */
export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[], options: { cause?: unknown } = {}) {
    super(faults.map(formatFault).join('\n'), options)
    this.faults = faults
  }
}
