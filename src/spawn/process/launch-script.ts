/**
 * Takes the claim and becomes the server under the same pid; without the claim it ends in silence.
 * `set -C` makes `>` fail on an existing file (O_EXCL), and printf writes all lines at once.
 * Arguments: the claim's path, then the command. Where there is no /proc the start time is what
 * `ps` says, in the form that process-table.ts reads.
 */
export const LAUNCH_SCRIPT = `
set -C
claim=$1
shift
boot=
if [ -r "/proc/$$/stat" ]; then
  read -r start <"/proc/$$/stat"
  read -r boot </proc/sys/kernel/random/boot_id
else
  start=$(LC_ALL=C TZ=UTC0 ps -o lstart= -p "$$")
fi
{ printf '%s\\n' "$$" "$start" "$boot" . >"$claim"; } 2>/dev/null || exit 0
exec "$@"
`
