/** What the logs of an agent are called, in its directory of logs: the names of the Python module. */
export const logFileNames = {
  system: 'system_metrics.log',
  app: 'app_metrics.log',
  alerts: 'alerts.log',
} as const
