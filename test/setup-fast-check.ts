import fc from 'fast-check'

/**
 * The gate is the same each time: all properties try the inputs of one seed. HUBGATE_FC_SEED is
 * another one, or `random` for new ones (`npm run fuzz -- --tests`). A failure names its seed.
 */
const FIXED_SEED = 20_261_123

const wanted = process.env['HUBGATE_FC_SEED'] ?? String(FIXED_SEED)
if (wanted !== 'random') {
  if (!/^-?\d+$/.test(wanted)) throw new Error('HUBGATE_FC_SEED is neither a number nor `random`')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) })
}
