#!/bin/sh
# The agent on a Node that is told to be small, and what one asks beside it, with the agent's settings.
lib=/usr/lib/vitals
if [ "${1-}" = agent ]; then
  shift
  exec @command@ "$lib/agent.cjs" "$@"
fi
if [ -r /etc/vitals/agent.conf ] && [ -r /etc/vitals/environment ]; then
  exec "$lib/node" --env-file=/etc/vitals/agent.conf --env-file=/etc/vitals/environment "$lib/host.cjs" "$@"
fi
if [ -e /etc/vitals/agent.conf ]; then
  echo 'vitals: only root and the group vitals may read the settings in /etc/vitals: going on without them' >&2
fi
exec "$lib/node" "$lib/host.cjs" "$@"
