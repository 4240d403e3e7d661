const MAX_LENGTH = 1024

/** A text from outside as a message quotes it: in quotes, on one line, cut off where it is long. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = mark === "'" ? escaped.replaceAll("'", "\\'") : escaped
  return body.length > MAX_LENGTH
    ? `${mark}${body.slice(0, MAX_LENGTH)} …`
    : `${mark}${body}${mark}`
}
