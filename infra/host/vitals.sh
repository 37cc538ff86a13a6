#!/bin/sh
# The agent on a Node that is told to be small, and what one asks beside it, with the agent's settings.
lib=/usr/lib/vitals
settings=${MONITOR_CONFIG-/etc/vitals/agent.conf}
if [ "${1-}" = agent ]; then
  shift
  exec @command@ "$lib/agent.cjs" "$@"
fi
if [ -r "$settings" ]; then
  export MONITOR_CONFIG="$settings"
  exec "$lib/node" --env-file-if-exists=/etc/vitals/environment "$lib/host.cjs" "$@"
fi
if [ -e "$settings" ]; then
  echo "vitals: you may not read $settings (root and the group vitals may): going on without it" >&2
fi
exec "$lib/node" "$lib/host.cjs" "$@"
