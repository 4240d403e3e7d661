/**
 * The values of a request's parameters, and the first that is sent twice: that one is an error for
 * every reader, for they differ in which of them they take (threats P38).
 * @param names the parameters that are read; others are ignored
 */
export function readParameters<Name extends string>(
  sent: URLSearchParams,
  names: readonly Name[],
): { values: Partial<Record<Name, string>>; doubled: Name | undefined } {
  const values: Partial<Record<Name, string>> = {}
  let doubled: Name | undefined
  for (const name of names) {
    const all = sent.getAll(name)
    if (all.length > 1) doubled ??= name
    if (all[0] !== undefined) values[name] = all[0]
  }
  return { values, doubled }
}
