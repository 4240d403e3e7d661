/**
 * The store cannot be opened, for a reason that whoever runs hubgate can put right: the message
 * names the place and says what to do.
 */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
}
