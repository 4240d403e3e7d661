/**
 * Becomes the command, and leaves a guard behind that ends the command's process group when file
 * descriptor 3 is closed, which the kernel does when the gateway dies, however that happens. So no
 * service outlives the gateway that runs it. A line on the descriptor sends the guard home: then the
 * gateway ends the group itself.
 *
 * The guard is nobody's child (its parent ends at once), so the command has no child that it does not
 * know, and it is in the group that it ends, so that the group's number stays theirs while it lives.
 * Arguments: the seconds between SIGTERM and SIGKILL, then the command.
 */
export const GUARD_SCRIPT = `
patience=$1
shift
(
  (
    trap '' HUP INT QUIT TERM
    read -r _ && exit
    kill -TERM 0
    while [ "$patience" -gt 0 ] && kill -0 "$$" 2>/dev/null; do
      sleep 1
      patience=$((patience - 1))
    done
    kill -KILL 0
  ) <&3 3<&- >/dev/null 2>&1 &
)
exec 3<&-
exec "$@"
`
